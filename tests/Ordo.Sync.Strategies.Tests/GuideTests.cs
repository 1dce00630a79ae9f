using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests;

/// <summary>The samples of docs/guides/choosing-a-strategy.md, compiled and run.</summary>
public sealed class GuideTests
{
    [Fact]
    public async Task The_samples_of_the_guide_run()
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.Subscribe(Device.ScopeName);
            sync.Collection<Note>("posts", c => c.Strategy(ConflictStrategy.LastWriteWins));
            sync.Collection<Note>("profiles", c => c.Strategy(ConflictStrategy.MergePreservingHistory));
            sync.Collection<Note>("grades", c => c.Strategy(ConflictStrategy.AcademicRecord));
            sync.Collection<Note>("credentials", c => c.Strategy(ConflictStrategy.ManualIntervention));
            sync.Collection<Note>("stock", c => c.Resolve<HighestScore>());
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        ISyncEngine engine = provider.GetRequiredService<ISyncEngine>();
        var grades = engine.Scope(Device.ScopeName).Collection<Note>("grades");
        await grades.PutAsync("1", new Note { Text = "first" });
        await grades.PutAsync("1", new Note { Text = "second" }, new() { BasedOn = Engine.Collections.RecordBasis.Nothing });
        await ResolveAllAsync(engine, TestContext.Current.CancellationToken);
        Assert.Equal("The exam sheet says so.", (await grades.GetAsync("1"))?.Decision?.Reason);
    }

    private static async Task ResolveAllAsync(ISyncEngine engine, CancellationToken ct)
    {
        await foreach (Conflict conflict in engine.Conflicts.ListAsync(cancellationToken: ct))
        {
            await engine.Conflicts.ResolveAsync(
                conflict, Resolution.Keep(conflict.Siblings[0]), "The exam sheet says so.", cancellationToken: ct);
        }
    }
}
