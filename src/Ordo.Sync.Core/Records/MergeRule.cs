using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Records;

/// <summary>
/// The one merge rule: how the versions of a record here and at a peer become one set. Pure, idempotent, commutative and
/// associative; the store applies its result in the transaction that learns the peer's knowledge.
/// </summary>
/// <remarks>
/// V(o) = (V(o) ∩ V') ∪ { d ∈ V(o) : d ∉ ctx } ∪ { d ∈ V' : d ∉ K(o) }. Source: dotted version vector sets (Almeida,
/// Baquero, Gonçalves, Preguiça, Fonte 2014) with the replica's knowledge as context (Malkhi and Terry 2005).
/// </remarks>
public static class MergeRule
{
    /// <summary>Merges a peer's record into the local one.</summary>
    /// <param name="local">V(o) here; <see langword="null"/> where the record is not held.</param>
    /// <param name="known">K(o) here.</param>
    /// <param name="remote">The record as the peer sent it.</param>
    /// <param name="policy">Which siblings stay.</param>
    /// <param name="replicas">The table of local replica indexes.</param>
    /// <param name="merged">
    /// The merged record: <paramref name="local"/> itself where nothing changes, <see langword="null"/> where nothing stays.
    /// </param>
    /// <returns><see langword="false"/> where a dot unknown here came without its version: the page is malformed.</returns>
    public static bool TryMerge(
        StoredRecord? local,
        CausalContext known,
        RemoteRecord remote,
        SiblingPolicy policy,
        ReplicaTable replicas,
        out StoredRecord? merged)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var kept = new List<RecordVersion>(1);
        bool changed = false;
        foreach (RecordVersion version in local?.Versions ?? [])
        {
            if (remote.Dots.Contains(version.Dot) || !remote.Context.Contains(version.Dot))
            {
                kept.Add(version);
            }
            else
            {
                changed = true;
            }
        }

        foreach (Dot dot in remote.Dots)
        {
            // What is kept already is held here, or is named twice by a peer that does not keep the protocol.
            if (known.Contains(dot) || TryFind(kept, dot, out _))
            {
                continue;
            }

            if (!TryFind(remote.Values, dot, out RecordVersion? version))
            {
                merged = null;
                return false;
            }

            kept.Add(version);
            changed = true;
        }

        merged = changed ? Reduce(remote.Key, kept, policy, replicas, local) : local;
        return true;
    }

    /// <summary>
    /// The siblings that stay under a policy, in <see cref="SiblingOrder"/>: of the content what the policy says, no birth
    /// beside other content, and every carrier.
    /// </summary>
    public static ImmutableArray<RecordVersion> Reduce(
        IReadOnlyList<RecordVersion> versions, SiblingPolicy policy, ReplicaTable replicas)
    {
        ArgumentNullException.ThrowIfNull(versions);
        if (versions.Count == 1)
        {
            return [versions[0]];
        }

        // A content with its carrier: what most records with conflict-free state are, and there is nothing to choose.
        if (versions.Count == 2 && versions[0].IsCarrier != versions[1].IsCarrier)
        {
            return SiblingOrder.Compare(versions[0], versions[1], replicas) <= 0
                ? [versions[0], versions[1]]
                : [versions[1], versions[0]];
        }

        ImmutableArray<RecordVersion> sorted = SiblingOrder.Sort(versions, replicas);
        bool isPlain = sorted.All(static version => version.Kind == VersionKind.Content);
        return !isPlain ? ReduceMixed(sorted, policy)
            : policy == SiblingPolicy.KeepGreatest && !sorted.IsEmpty ? [sorted[^1]] : sorted;
    }

    // Carriers are no rivals of content and of each other: all stay, whatever the policy. A birth yields to other content.
    private static ImmutableArray<RecordVersion> ReduceMixed(ImmutableArray<RecordVersion> sorted, SiblingPolicy policy)
    {
        bool hasContent = sorted.Any(static version => version.Kind == VersionKind.Content);
        RecordVersion? greatest = sorted.LastOrDefault(version => IsCandidate(version, hasContent));
        return sorted.RemoveAll(version => !version.IsCarrier
            && (!IsCandidate(version, hasContent)
                || (policy == SiblingPolicy.KeepGreatest && !ReferenceEquals(version, greatest))));
    }

    private static bool IsCandidate(RecordVersion version, bool hasContent) =>
        version.Kind == VersionKind.Content || (version.Kind == VersionKind.Birth && !hasContent);

    private static StoredRecord? Reduce(
        RecordKey key,
        List<RecordVersion> kept,
        SiblingPolicy policy,
        ReplicaTable replicas,
        StoredRecord? local)
    {
        return kept.Count == 0
            ? null
            : new StoredRecord(key, Reduce(kept, policy, replicas)) { ConflictFree = local?.ConflictFree ?? default };
    }

    private static bool TryFind(
        IReadOnlyList<RecordVersion> versions, Dot dot, [NotNullWhen(true)] out RecordVersion? found)
    {
        for (int i = 0; i < versions.Count; i++)
        {
            if (versions[i].Dot == dot)
            {
                found = versions[i];
                return true;
            }
        }

        found = null;
        return false;
    }
}
