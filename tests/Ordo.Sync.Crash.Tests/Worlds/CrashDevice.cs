using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>The real engine over a store, with a collection of each strategy that an app's writes meet.</summary>
internal sealed class CrashDevice : IAsyncDisposable
{
    public const string Latest = "latest";
    public const string Official = "official";
    public const string Fields = "fields";

    /// <summary>The scopes it subscribes to.</summary>
    public static readonly IReadOnlyList<string> Scopes = ["course/AAA", "course/BBB"];

    /// <summary>The collections it declares.</summary>
    public static readonly IReadOnlyList<string> Collections = [Latest, Official, Fields];

    private readonly ServiceProvider _services;

    public CrashDevice(string name, IRecordStore store, ISyncTransport hub, TimeProvider time, EntropySource entropy)
    {
        Store = store;
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddSingleton(entropy);
        services.AddOrdoSync(sync =>
        {
            sync.UseStructuredStore(_ => store);
            sync.UseTransport(_ => hub);
            sync.Collection<Grade>(Latest, c => c.Strategy(ConflictStrategy.LastWriteWins).Index(grade => grade.Score));
            sync.Collection<Grade>(Official, c => c.Strategy(ConflictStrategy.AcademicRecord));
            sync.Collection<Grade>(
                Fields, c => c.Strategy(ConflictStrategy.MergePreservingHistory).Index(grade => grade.Student));
            sync.Subscribe(Scopes);
            sync.SyncManually();
            sync.Configure(options =>
            {
                options.Author = name;
                options.PageBytesMax = 16 * 1024;
            });
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    public IRecordStore Store { get; }

    public ISyncEngine Engine { get; }

    public ISyncCollection<Grade> Grades(string scope, string collection) => Engine.Scope(scope).Collection<Grade>(collection);

    public async ValueTask SyncAsync()
    {
        SyncReport report = await Engine.SyncAsync();
        report.ThrowIfFailed();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
