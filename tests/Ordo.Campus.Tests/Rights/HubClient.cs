using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Campus.Shared.Data;
using Ordo.Campus.Tests.Campus;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Http.Tokens;

namespace Ordo.Campus.Tests.Rights;

/// <summary>A device that is not the sample's: it has a role's secret, and none of the pages' restraint.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    public const string Scope = "course/NET-2026J";

    private readonly ServiceProvider _services;

    public HubClient(RunningCampus campus, string role, string author)
    {
        var services = new ServiceCollection();
        services.AddSingleton<Secret>(new Secret(campus.Hub, role, campus.SecretOf(role)));
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.UseHttp(new Uri(campus.Hub, "/sync")).AddAccessTokens<Tokens>();
            sync.Collection<Grade>("grades", grades => grades
                .Strategy(ConflictStrategy.AcademicRecord).Index(grade => grade.StudentId));
            sync.Subscribe(Scope);
            sync.SyncManually();
            sync.Configure(options => options.Author = author);
        });
        _services = services.BuildServiceProvider();
    }

    public ISyncEngine Engine => _services.GetRequiredService<ISyncEngine>();

    public ISyncCollection<Grade> Grades => Engine.Scope(Scope).Collection<Grade>("grades");

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    internal sealed record Secret(Uri Hub, string Role, string Value);

    internal sealed class Tokens(Secret secret) : IAccessTokenProvider
    {
        public async ValueTask<AccessToken> FetchAsync(CancellationToken cancellationToken = default)
        {
            using var client = new HttpClient { BaseAddress = secret.Hub };
            using HttpResponseMessage response = await client.PostAsJsonAsync(
                "/token", new { device = secret.Role, secret = secret.Value }, cancellationToken);
            response.EnsureSuccessStatusCode();
            JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return new AccessToken(answer.GetProperty("token").GetString()!);
        }
    }
}
