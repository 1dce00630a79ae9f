namespace Ordo.Sync.Engine.Health;

/// <summary>How a device's sync is doing. Thread-safe.</summary>
public interface ISyncHealth
{
    /// <summary>
    /// Says how sync is doing now. Never waits for the network or the writer, works before the engine is open and after it was
    /// closed, and does not throw where the store fails: the report says so. Costs a few reads that do not grow with the store.
    /// </summary>
    /// <remarks>
    /// The stores of this library are read as they are. Of a store whose reads wait, the report shows what the read before found,
    /// and the next one what this finds; <see cref="ReportAsync"/> waits for it.
    /// </remarks>
    SyncHealthReport Report();

    /// <summary>Says how sync is doing now, read afresh from any store.</summary>
    ValueTask<SyncHealthReport> ReportAsync(CancellationToken cancellationToken = default);

    /// <summary>Checks the whole of each store for damage, where the store can. Takes as long as reading it, beside writers.</summary>
    /// <returns>What is wrong, for people; empty where nothing is.</returns>
    ValueTask<IReadOnlyList<string>> VerifyStoresAsync(CancellationToken cancellationToken = default);
}
