using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>What a replica holds of one scope, in its local replica indexes. Immutable.</summary>
public sealed record ScopeState
{
    /// <summary>The state of a scope the replica knows nothing of.</summary>
    public static ScopeState Empty { get; } = new();

    /// <summary>K: every version claimed is reflected here, as current or as superseded.</summary>
    public VersionVector Knowledge { get; init; } = VersionVector.Empty;

    /// <summary>X: ranges of which more is known; empty in steady state.</summary>
    public ImmutableArray<KnowledgeException> Exceptions { get; init; } = [];

    /// <summary>F: the tombstones that were collected; never more than K.</summary>
    public VersionVector Forgotten { get; init; } = VersionVector.Empty;

    /// <summary>The digest of the live versions; see <see cref="RecordDigest"/>.</summary>
    public UInt128 Digest { get; init; }

    /// <summary>The number of records whose greatest version is not a tombstone.</summary>
    public long LiveCount { get; init; }

    /// <summary>K(o): what is known of the record with this key.</summary>
    public CausalContext ContextOf(RecordKey key)
    {
        VersionVector? more = null;
        foreach (KnowledgeException exception in Exceptions)
        {
            if (exception.Range.Contains(key))
            {
                more = more is null ? exception.Knowledge : more.Merge(exception.Knowledge);
            }
        }

        return new CausalContext(Knowledge, more);
    }

    /// <summary>This state with knowledge raised by <paramref name="learned"/>; exceptions it dominates are dropped.</summary>
    public ScopeState Learn(VersionVector learned)
    {
        VersionVector knowledge = Knowledge.Merge(learned);
        return this with
        {
            Knowledge = knowledge,
            Exceptions = Exceptions.IsEmpty
                ? Exceptions
                : Exceptions.RemoveAll(exception => exception.Knowledge.IsDominatedBy(knowledge)),
        };
    }

    /// <summary>
    /// This state with an exception added. An exception of the same knowledge that ends where the new one begins grows
    /// instead, so an undisturbed fill leaves one exception, not one a page.
    /// </summary>
    public ScopeState Except(KnowledgeException added)
    {
        ArgumentNullException.ThrowIfNull(added);

        // An empty range must not extend another: what ends before it begins would shorten that.
        if (added.Range.IsEmpty || added.Knowledge.IsDominatedBy(Knowledge))
        {
            return this;
        }

        for (int i = 0; i < Exceptions.Length; i++)
        {
            KnowledgeException present = Exceptions[i];
            if (present.Range.UpTo is { } end && end == added.Range.After && present.Knowledge.Equals(added.Knowledge))
            {
                KnowledgeException grown = present with { Range = present.Range with { UpTo = added.Range.UpTo } };
                return this with { Exceptions = Exceptions.SetItem(i, grown) };
            }
        }

        return Exceptions.Contains(added) ? this : this with { Exceptions = Exceptions.Add(added) };
    }
}
