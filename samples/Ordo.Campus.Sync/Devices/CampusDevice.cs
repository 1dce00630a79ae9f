using Microsoft.Extensions.DependencyInjection;
using Ordo.Campus.Shared.Data;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Campus.Sync.Devices;

/// <summary>One device: its own store, its own engine, one collection of grades.</summary>
internal sealed class CampusDevice : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public CampusDevice(string name, string file, Uri hub, IEnumerable<string> scopes, int? pageBytesMax = null)
    {
        Name = name;
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            sync.UseHttp(hub);
            sync.Collection<Grade>("grades", grades => grades
                .Strategy(ConflictStrategy.LastWriteWins)
                .Index(grade => grade.StudentId));
            sync.Subscribe(scopes);
            sync.SyncManually();
            sync.Configure(options =>
            {
                options.Author = name;
                options.PageBytesMax = pageBytesMax ?? options.PageBytesMax;
            });
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public string Name { get; }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Grade> Grades(string scope) => Engine.Scope(scope).Collection<Grade>("grades");

    public async Task<Dictionary<string, ScopeStatus>> ReadAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, ScopeStatus>();
        foreach (string scope in Engine.Subscriptions)
        {
            states[scope] = await Engine.Scope(scope).GetStatusAsync(cancellationToken);
        }

        return states;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
