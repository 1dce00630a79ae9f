using System.Runtime.CompilerServices;
using Ordo.Sync.Causality;
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
        IRecordStore store = await engine.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        LoggedOutcome? logged = await OutcomeLog.FindAsync(snapshot, scope, version, cancellationToken)
            .ConfigureAwait(false);
        if (logged is not null)
        {
            return Show(logged);
        }

        GlobalVector acknowledged = await OutcomeLog.ReadAcknowledgedAsync(snapshot, scope, cancellationToken)
            .ConfigureAwait(false);
        return acknowledged[version.Replica] >= version.Counter
            ? new WriteResult(scope, version, WriteOutcome.Accepted)
            : null;
    }

    public async IAsyncEnumerable<WriteResult> ListAsync(
        string? scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IRecordStore store = await engine.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        foreach (string name in scope is null ? engine.Subscriptions : [scope])
        {
            GlobalDot? after = null;
            IReadOnlyList<LoggedOutcome> page;
            do
            {
                page = await ReadAsync(store, name, after, cancellationToken).ConfigureAwait(false);
                foreach (LoggedOutcome logged in page)
                {
                    after = logged.Entry.Version;
                    yield return Show(logged);
                }
            }
            while (page.Count == PageSize);
        }
    }

    private static async ValueTask<IReadOnlyList<LoggedOutcome>> ReadAsync(
        IRecordStore store, string scope, GlobalDot? after, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await OutcomeLog.ListAsync(snapshot, scope, after, PageSize, cancellationToken).ConfigureAwait(false);
    }

    private static WriteResult Show(LoggedOutcome logged) =>
        new(logged.Scope, logged.Entry.Version, logged.Entry.Outcome)
        {
            Collection = logged.Entry.Key.Collection,
            Key = logged.Entry.Key.Key,
            At = DateTimeOffset.FromUnixTimeMilliseconds(logged.UnixMilliseconds),
            Rejection = logged.Entry.Rejection,
        };
}
