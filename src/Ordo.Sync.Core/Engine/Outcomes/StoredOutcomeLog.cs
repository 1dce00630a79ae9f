using System.Runtime.CompilerServices;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Journal;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Outcomes;

/// <inheritdoc cref="IOutcomeLog"/>
internal sealed class StoredOutcomeLog(SyncEngine engine) : IOutcomeLog
{
    private const int PageSize = 500;

    public async ValueTask<WriteResult?> FindAsync(
        string scope, GlobalDot version, CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (Lane lane in engine.LanesOf(scope))
        {
            if (await FindAsync(lane, version, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    public async IAsyncEnumerable<WriteResult> ListAsync(
        string? scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (Lane lane in engine.LanesOf(scope))
        {
            GlobalDot? after = null;
            IReadOnlyList<LoggedOutcome> page;
            do
            {
                page = await ReadAsync(lane, after, cancellationToken).ConfigureAwait(false);
                foreach (LoggedOutcome logged in page)
                {
                    after = logged.Entry.Version;
                    yield return Show(lane, logged);
                }
            }
            while (page.Count == PageSize);
        }
    }

    private static async ValueTask<WriteResult?> FindAsync(
        Lane lane, GlobalDot version, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        LoggedOutcome? logged = await OutcomeLog.FindAsync(snapshot, lane.Name, version, cancellationToken)
            .ConfigureAwait(false);
        if (logged is not null)
        {
            return Show(lane, logged);
        }

        GlobalVector acknowledged = await OutcomeLog.ReadAcknowledgedAsync(snapshot, lane.Name, cancellationToken)
            .ConfigureAwait(false);
        return acknowledged[version.Replica] >= version.Counter
            ? new WriteResult(lane.Scope, version, WriteOutcome.Accepted)
            : null;
    }

    private static async ValueTask<IReadOnlyList<LoggedOutcome>> ReadAsync(
        Lane lane, GlobalDot? after, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await OutcomeLog.ListAsync(snapshot, lane.Name, after, PageSize, cancellationToken).ConfigureAwait(false);
    }

    private static WriteResult Show(Lane lane, LoggedOutcome logged) =>
        new(lane.Scope, logged.Entry.Version, logged.Entry.Outcome)
        {
            Collection = logged.Entry.Key.Collection,
            Key = logged.Entry.Key.Key,
            At = DateTimeOffset.FromUnixTimeMilliseconds(logged.UnixMilliseconds),
            Rejection = logged.Entry.Rejection,
        };
}
