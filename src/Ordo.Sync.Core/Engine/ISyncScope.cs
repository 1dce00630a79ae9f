using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Engine;

/// <summary>A scope this device holds: the unit of subscription, authorization and atomic writes.</summary>
public interface ISyncScope
{
    /// <summary>The scope's name.</summary>
    string Name { get; }

    /// <summary>A declared collection, within this scope.</summary>
    /// <exception cref="ArgumentException">The collection is not declared, or with another type.</exception>
    ISyncCollection<T> Collection<T>(string name);

    /// <summary>What the device holds of the scope.</summary>
    ValueTask<ScopeStatus> GetStatusAsync(CancellationToken cancellationToken = default);
}
