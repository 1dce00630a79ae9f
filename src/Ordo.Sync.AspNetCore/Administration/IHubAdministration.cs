namespace Ordo.Sync.AspNetCore.Administration;

/// <summary>What whoever runs a hub may have it do. A service of the app; nothing of it is an endpoint. Thread-safe.</summary>
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
}
