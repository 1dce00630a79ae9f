using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;

namespace Ordo.Sync.Engine.History;

/// <summary>One version of a record in its history. Immutable.</summary>
/// <typeparam name="T">The app's type.</typeparam>
/// <param name="Version">Its identity.</param>
/// <param name="Timestamp">Its hybrid timestamp.</param>
/// <param name="Author">Who wrote it; of a decision, who decided.</param>
/// <param name="Value">Its value; the default of <typeparamref name="T"/> for a delete.</param>
/// <param name="IsDeleted">Whether it deletes the record.</param>
/// <param name="IsCurrent">Whether it stands: no other supersedes it.</param>
public sealed record HistoryVersion<T>(
    GlobalDot Version, HybridTimestamp Timestamp, string Author, T? Value, bool IsDeleted, bool IsCurrent)
{
    /// <summary>The decision that it is; <see langword="null"/> for an ordinary edit.</summary>
    public Decision? Decision { get; init; }

    /// <summary>The hash that names it in the lineage.</summary>
    public ContentHash Hash { get; init; }

    /// <summary>The hashes of the versions it superseded.</summary>
    public ImmutableArray<ContentHash> Parents { get; init; } = [];
}
