using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Generations;

namespace Ordo.Sync.AspNetCore.Administration;

/// <summary>What whoever runs a hub may have it do. A service of the app; nothing of it is an endpoint of
/// <c>MapOrdoSync</c>. Thread-safe.</summary>
public interface IHubAdministration
{
    /// <summary>
    /// Forgets the deletes that every device knows that was seen within <see cref="HubOptions.TombstoneHorizon"/>, as the hub does by
    /// itself every <see cref="HubOptions.CollectInterval"/>. Costs what changed since the last time.
    /// </summary>
    /// <param name="scope">The scope; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the work; what was forgotten by then stays so.</param>
    /// <returns>The number of deletes forgotten.</returns>
    /// <exception cref="Errors.SyncException">The store failed, or the hub is still starting.</exception>
    ValueTask<int> CollectTombstonesAsync(string? scope = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a new generation of a scope and of its ephemeral lane, where their knowledge has grown long: one entry for every replica
    /// that ever wrote, in every request that is not up to date. Devices are told and rename what they hold; nothing they wrote
    /// meanwhile is lost or doubled. Reads and writes every record of the scope, in one transaction: pushes to it wait meanwhile.
    /// </summary>
    /// <param name="scope">The scope, without the suffix of a lane.</param>
    /// <param name="cancellationToken">Ends the work; the lane that was under way is unchanged then.</param>
    /// <returns>What was done, lane by lane; those that hold nothing are left out.</returns>
    /// <exception cref="ArgumentException">No scope can be called so.</exception>
    /// <exception cref="InvalidOperationException">
    /// This hub is below another, whose generations it follows: compact the scope there.
    /// </exception>
    /// <exception cref="Errors.SyncException">The store failed, or the hub is still starting.</exception>
    ValueTask<IReadOnlyList<ScopeCompaction>> CompactAsync(string scope, CancellationToken cancellationToken = default);

    /// <summary>
    /// Collects old entries of the audit history of a scope and of its ephemeral lane: for good, here and on all devices. An entry goes
    /// if its version was written before a moment and superseded since, if every device that was seen within
    /// <see cref="HubOptions.TombstoneHorizon"/> has it, and if its record waits for no decision. What stays can be checked as before,
    /// and says what was collected (<c>HistoryReport.CollectedBefore</c>). Nothing is collected unless it is asked for here. Reads the
    /// history of the scope once, in pages, each a transaction.
    /// </summary>
    /// <param name="scope">The scope, without the suffix of a lane.</param>
    /// <param name="writtenBefore">The moment; not in the future.</param>
    /// <param name="cancellationToken">Ends the work; what was collected by then stays so.</param>
    /// <returns>What went, lane by lane; those of which nothing did are left out.</returns>
    /// <exception cref="ArgumentException">No scope can be called so, or the moment is to come.</exception>
    /// <exception cref="InvalidOperationException">This hub is below another, whose history it follows: collect there.</exception>
    /// <exception cref="Errors.SyncException">The store failed, or the hub is still starting.</exception>
    ValueTask<IReadOnlyList<HistoryCollection>> CollectHistoryAsync(
        string scope, DateTimeOffset writtenBefore, CancellationToken cancellationToken = default);
}
