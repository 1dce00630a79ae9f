using System.Collections.Immutable;
using Ordo.Sync.Conflicts.Notes;

namespace Ordo.Sync.Engine.Inbox;

/// <summary>An entry of the inbox: a record that waits for a person, with all that is known of it. Immutable.</summary>
/// <param name="Kind">Why it is there.</param>
/// <param name="Scope">The record's scope.</param>
/// <param name="Collection">Its collection.</param>
/// <param name="Key">Its key.</param>
/// <param name="Siblings">
/// The versions, the greatest last; concurrent, each unknown to the writers of the others. Of a rejected write the one that was
/// refused.
/// </param>
public sealed record Conflict(
    ConflictKind Kind, string Scope, string Collection, string Key, ImmutableArray<ConflictSibling> Siblings)
{
    /// <summary>The version that all siblings were edits of, where it is known; <see langword="null"/> where it is not.</summary>
    public ConflictSibling? Base { get; init; }

    /// <summary>Why the hub refused the write; <see langword="null"/> for other kinds.</summary>
    public Rejection? Rejection { get; init; }

    /// <summary>What the resolver failed with; <see langword="null"/> for other kinds.</summary>
    public string? Failure { get; init; }
}
