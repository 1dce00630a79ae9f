using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;

namespace Ordo.Sync.AspNetCore.Administration;

/// <inheritdoc cref="IHubAdministration"/>
internal sealed class HubAdministration(
    SyncHub hub, IOptions<HubOptions> options, TimeProvider time, ILogger<HubAdministration> logger) : IHubAdministration
{
    public async ValueTask<int> CollectTombstonesAsync(string? scope, CancellationToken cancellationToken)
    {
        DateTimeOffset seenSince = time.GetUtcNow() - options.Value.TombstoneHorizon;
        await hub.Subscribers.FlushAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> scopes = scope is null ? await ListAsync(cancellationToken).ConfigureAwait(false) : [scope];
        int count = 0;
        int touched = 0;
        foreach (string name in scopes)
        {
            int collected = await TombstoneCollector.CollectAsync(hub.Store, hub.Catalog, name, seenSince, cancellationToken)
                .ConfigureAwait(false);
            count += collected;
            touched += collected > 0 ? 1 : 0;
        }

        if (count > 0)
        {
            HubLog.Forgot(logger, count, touched);
        }

        return count;
    }

    public async ValueTask<IReadOnlyList<ScopeCompaction>> CompactAsync(string scope, CancellationToken cancellationToken)
    {
        var done = new List<ScopeCompaction>();
        foreach (string lane in LanesOf(scope, "whose generations it follows: compact the scope there."))
        {
            ScopeCompaction compaction = await ScopeCompactor
                .RunAsync(hub.Store, hub.Catalog, lane, EntropySource.System, cancellationToken).ConfigureAwait(false);
            if (compaction.EntriesBefore == 0)
            {
                continue;
            }

            done.Add(compaction);
            HubLog.Compacted(logger, lane, compaction.EntriesBefore, compaction.EntriesAfter, compaction.RecordCount);
            if (compaction.IsStarted)
            {
                hub.Publish(lane, origin: default);
            }
        }

        return done;
    }

    public async ValueTask<IReadOnlyList<HistoryCollection>> CollectHistoryAsync(
        string scope, DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (writtenBefore > now)
        {
            throw new ArgumentException($"The moment {writtenBefore} is still to come.", nameof(writtenBefore));
        }

        var done = new List<HistoryCollection>();
        foreach (string lane in LanesOf(scope, "whose history it follows: collect it there."))
        {
            await hub.Subscribers.FlushAsync(cancellationToken).ConfigureAwait(false);
            HistoryCollection collection = await HistoryCollector.CollectAsync(
                hub.Store, hub.Catalog, lane, writtenBefore, now - options.Value.TombstoneHorizon, now, cancellationToken)
                .ConfigureAwait(false);
            if (collection.EntryCount > 0)
            {
                done.Add(collection);
                HubLog.CollectedHistory(logger, lane, collection.EntryCount, collection.RecordCount, writtenBefore);
                hub.Publish(lane, origin: default);
            }
        }

        return done;
    }

    private string[] LanesOf(string scope, string where)
    {
        if (RecordNames.WhyNotSubscribable(scope) is { } why)
        {
            throw new ArgumentException(why, nameof(scope));
        }

        return hub.IsBelowAnother
            ? throw new InvalidOperationException($"This hub syncs with one above it, {where}")
            : [scope, ScopeLane.NameOf(scope, isEphemeral: true)];
    }

    private async ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.ListScopesAsync(cancellationToken).ConfigureAwait(false);
    }
}
