using System.Net;
using Ordo.Campus.Device;
using Ordo.Sync.Http.Tokens;

namespace Ordo.Campus.Identity;

/// <summary>Fetches the device's tokens from the hub, through the same network switch as everything else.</summary>
internal sealed class DeviceTokenProvider(IHttpClientFactory clients, DeviceSettings settings) : IAccessTokenProvider
{
    /// <summary>The name of its client.</summary>
    public const string ClientName = "identity";

    private readonly string _secret = Enrolment.ReadDevice(settings.Folder);

    public async ValueTask<AccessToken> FetchAsync(CancellationToken cancellationToken = default)
    {
        using HttpClient client = clients.CreateClient(ClientName);
        using HttpResponseMessage response = await client.PostAsJsonAsync(
            new Uri(settings.Hub, "/token"), new TokenRequest(settings.Role.Name, _secret), cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new InvalidOperationException(
                $"The hub gave no token to '{settings.Role.Name}': its device.key is not of this campus.");
        }

        response.EnsureSuccessStatusCode();
        TokenAnswer? answer = await response.Content.ReadFromJsonAsync<TokenAnswer>(cancellationToken);
        return answer is null
            ? throw new InvalidOperationException("The hub's answer holds no token.")
            : new AccessToken(answer.Token, answer.ExpiresAt);
    }
}
