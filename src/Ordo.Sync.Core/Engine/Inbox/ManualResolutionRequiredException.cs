using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Conflicts;

namespace Ordo.Sync.Engine.Inbox;

/// <summary>
/// A record of a collection with <see cref="ConflictStrategy.ManualIntervention"/> is in conflict: it can be neither
/// read nor written until somebody resolves it through <see cref="IConflictInbox"/>.
/// </summary>
[SuppressMessage("Design", "CA1032", Justification = "Without the record and its sides the exception says nothing.")]
public sealed class ManualResolutionRequiredException : InvalidOperationException
{
    internal ManualResolutionRequiredException(
        string scope, string collection, string key, ImmutableArray<ConflictSibling> siblings)
        : base(
            $"The record '{collection}/{key}' in '{scope}' has {siblings.Length} versions that disagree, and its collection wants a "
            + "person to decide. Resolve it: engine.Conflicts.FindAsync, then engine.Conflicts.ResolveAsync.")
    {
        Scope = scope;
        Collection = collection;
        Key = key;
        Siblings = siblings;
    }

    /// <summary>The record's scope.</summary>
    public string Scope { get; }

    /// <summary>Its collection.</summary>
    public string Collection { get; }

    /// <summary>Its key.</summary>
    public string Key { get; }

    /// <summary>The versions that disagree, the greatest last.</summary>
    public ImmutableArray<ConflictSibling> Siblings { get; }
}
