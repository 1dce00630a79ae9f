using System.Collections.Immutable;

namespace Ordo.Sync.Storage;

/// <summary>
/// Which live records (<c>StoredRecord.Visible</c> not empty) of a collection to find, in which order, which page of them.
/// All conditions hold; each names a declared index.
/// </summary>
/// <param name="Collection">The collection.</param>
/// <param name="CountMax">The most records to return.</param>
public sealed record RecordQuery(string Collection, int CountMax)
{
    /// <summary>The conditions; none finds every live record.</summary>
    public ImmutableArray<IndexCondition> Conditions { get; init; } = [];

    /// <summary>The indexed field to order by; <see langword="null"/> for key order. Ties are in key order.</summary>
    public string? OrderBy { get; init; }

    /// <summary>Whether the order is reversed, that of ties too.</summary>
    public bool Descending { get; init; }

    /// <summary>Where the page begins: behind this record. Both parts come from the last record of the page before.</summary>
    public QueryPosition? After { get; init; }
}
