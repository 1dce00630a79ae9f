using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Ordo.Sync.Errors;
using Ordo.Sync.Http.Tokens;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>A hub behind JWT bearer tokens, and a device that refreshes them: also the example in the documentation.</summary>
public sealed class JwtTests
{
    private const string Issuer = "https://identity.example.edu";
    private const string Audience = "ordo-sync";

    private readonly SymmetricSecurityKey _key = new(RandomNumberGenerator.GetBytes(32));

    // The hub's validator reads the system's clock; the device's own is moved instead.
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_device_with_a_token_syncs_as_its_subject()
    {
        await using HubHost hub = await StartAsync();
        var issuer = new TokenIssuer(this, TimeSpan.FromMinutes(10));
        await using ServiceProvider services = DeviceServices(hub, issuer);
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        var transport = services.GetRequiredService<ISyncTransport>();

        await transport.HelloAsync(device.Hello());
        PushResponse pushed = await transport.PushAsync(await device.PushRequestAsync());

        Assert.Equal(PushStatus.Applied, pushed.Status);
        Assert.Equal(1, issuer.IssuedCount);
        await using var snapshot = await hub.Store.ReadAsync();
        ReadOnlyMemory<byte>? owner = await snapshot.GetLocalAsync("replicas", device.Replica.ToString());
        Assert.Equal("ann", System.Text.Encoding.UTF8.GetString(owner!.Value.Span));
    }

    [Fact]
    public async Task A_token_that_nears_its_expiry_is_replaced_before_the_hub_refuses_it()
    {
        await using HubHost hub = await StartAsync();
        var issuer = new TokenIssuer(this, TimeSpan.FromMinutes(10));
        await using ServiceProvider services = DeviceServices(hub, issuer);
        await using Device device = await Device.CreateAsync();
        var transport = services.GetRequiredService<ISyncTransport>();

        await transport.HelloAsync(device.Hello());
        _time.Advance(TimeSpan.FromMinutes(9.5));
        await transport.HelloAsync(device.Hello());

        Assert.Equal(2, issuer.IssuedCount);
        Assert.DoesNotContain(hub.Log.All, line => line.Text.Contains(" - 401 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_the_hub_no_longer_takes_is_replaced_once()
    {
        await using HubHost hub = await StartAsync();
        var issuer = new TokenIssuer(this, TimeSpan.FromMinutes(10)) { FirstIsExpired = true };
        await using ServiceProvider services = DeviceServices(hub, issuer);
        await using Device device = await Device.CreateAsync();

        await services.GetRequiredService<ISyncTransport>().HelloAsync(device.Hello());

        Assert.Equal(2, issuer.IssuedCount);
    }

    [Fact]
    public async Task A_token_of_another_key_is_refused()
    {
        await using HubHost hub = await StartAsync();
        var issuer = new TokenIssuer(new JwtTests(), TimeSpan.FromMinutes(10));
        await using ServiceProvider services = DeviceServices(hub, issuer);
        await using Device device = await Device.CreateAsync();

        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await services.GetRequiredService<ISyncTransport>().HelloAsync(device.Hello()));

        Assert.Equal(SyncErrorCode.Unauthorized, refused.Code);
        Assert.Equal(2, issuer.IssuedCount);
    }

    private Task<HubHost> StartAsync() => HubHost.StartAsync(
        services: builder => builder.Services
            .AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(options => options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = Issuer,
                ValidAudience = Audience,
                IssuerSigningKey = _key,
                ClockSkew = TimeSpan.FromSeconds(30),
            }),
        requiresAuthorization: true);

    private ServiceProvider DeviceServices(HubHost hub, TokenIssuer issuer)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton(issuer);
        services.AddOrdoSyncHttpTransport(hub.Address).AddAccessTokens<FromIssuer>();
        return services.BuildServiceProvider();
    }

    // Stands for the identity server.
    private sealed class TokenIssuer(JwtTests test, TimeSpan lifetime)
    {
        public int IssuedCount { get; private set; }

        public bool FirstIsExpired { get; init; }

        public AccessToken Issue()
        {
            DateTimeOffset expiresAt = test._time.GetUtcNow() + lifetime;
            bool isExpired = FirstIsExpired && IssuedCount == 0;
            IssuedCount++;
            var descriptor = new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = Audience,
                Subject = new ClaimsIdentity([new Claim("sub", "ann")]),
                NotBefore = DateTime.UtcNow.AddHours(-2),
                Expires = isExpired ? DateTime.UtcNow.AddHours(-1) : expiresAt.UtcDateTime,
                SigningCredentials = new SigningCredentials(test._key, SecurityAlgorithms.HmacSha256),
            };
            return new AccessToken(new JsonWebTokenHandler().CreateToken(descriptor), expiresAt);
        }
    }

    private sealed class FromIssuer(TokenIssuer issuer) : IAccessTokenProvider
    {
        public ValueTask<AccessToken> FetchAsync(CancellationToken cancellationToken = default) => new(issuer.Issue());
    }
}
