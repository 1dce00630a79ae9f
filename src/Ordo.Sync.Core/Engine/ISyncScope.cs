using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;

namespace Ordo.Sync.Engine;

/// <summary>A scope this device holds: the unit of subscription, authorization and atomic writes.</summary>
public interface ISyncScope
{
    /// <summary>The scope's name.</summary>
    string Name { get; }

    /// <summary>A declared collection, within this scope.</summary>
    /// <exception cref="ArgumentException">The collection is not declared, or with another type.</exception>
    ISyncCollection<T> Collection<T>(string name);

    /// <summary>
    /// Checks the audit history of every record of the scope that has one: each version names those it superseded by their hashes, so
    /// an entry that was removed, altered or inserted is found. Reads the whole scope, in pages of one consistent state.
    /// </summary>
    /// <param name="progress">Is told how many records were checked so far.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    ValueTask<HistoryReport> VerifyHistoryAsync(
        IProgress<long>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>What the device holds of the scope.</summary>
    ValueTask<ScopeStatus> GetStatusAsync(CancellationToken cancellationToken = default);
}
