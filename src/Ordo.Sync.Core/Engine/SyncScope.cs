using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

/// <inheritdoc cref="ISyncScope"/>
internal sealed class SyncScope(SyncEngine engine, string name) : ISyncScope
{
    public string Name => name;

    public ISyncCollection<T> Collection<T>(string collection) =>
        new SyncCollection<T>(engine, name, engine.Declarations.Of<T>(collection));

    public async ValueTask<HistoryReport> VerifyHistoryAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        var whole = new HistoryReport(0, 0, []);
        foreach (Lane lane in engine.LanesOf(name))
        {
            HistoryReport report = await HistoryReader.VerifyAsync(lane, progress, cancellationToken).ConfigureAwait(false);
            whole = new HistoryReport(
                whole.RecordCount + report.RecordCount,
                whole.EntryCount + report.EntryCount,
                whole.Problems.AddRange(report.Problems))
            {
                CollectedCount = whole.CollectedCount + report.CollectedCount,
                CollectedBefore = Later(whole.CollectedBefore, report.CollectedBefore),
            };
        }

        return whole;
    }

    public async ValueTask<ScopeStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        var whole = new ScopeStatus(0, UInt128.Zero, 0, IsComplete: true);
        foreach (Lane lane in engine.LanesOf(name))
        {
            await using IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
            ScopeState state = await snapshot.GetScopeAsync(lane.Name, cancellationToken).ConfigureAwait(false);
            JournalStatus journal = await snapshot
                .GetJournalStatusAsync(lane.Name, cancellationToken).ConfigureAwait(false);
            whole = new ScopeStatus(
                whole.RecordCount + state.LiveCount,
                unchecked(whole.Digest + state.Digest),
                whole.PendingCount + journal.PendingCount,
                whole.IsComplete && state.Exceptions.IsEmpty);
        }

        return whole;
    }

    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) =>
        left is null || right > left ? right : left;
}
