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
}
