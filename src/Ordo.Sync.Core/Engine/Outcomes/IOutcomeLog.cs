using Ordo.Sync.Causality;

namespace Ordo.Sync.Engine.Outcomes;

/// <summary>
/// What became of this device's writes at the hub; durable, so that it can be asked after a restart. Logged are those that were
/// not simply accepted, the newest 10,000 of a scope. Thread-safe.
/// </summary>
public interface IOutcomeLog
{
    /// <summary>What became of a write; <see langword="null"/> while the hub does not have it.</summary>
    /// <param name="scope">The scope written to.</param>
    /// <param name="version">The version, from the receipt.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    ValueTask<WriteResult?> FindAsync(string scope, GlobalDot version, CancellationToken cancellationToken = default);

    /// <summary>Lists writes that were merged, are in conflict, await approval or were refused, in the order written.</summary>
    /// <param name="scope">One scope; <see langword="null"/> for all subscribed ones.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<WriteResult> ListAsync(string? scope = null, CancellationToken cancellationToken = default);
}
