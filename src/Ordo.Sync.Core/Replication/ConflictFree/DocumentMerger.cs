using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.ConflictFree;

/// <summary>
/// Joins the conflict-free states of a record here and at a peer. The carriers in V(o) say whether there is anything to join:
/// a state that this replica lacks comes with a carrier that it lacks.
/// </summary>
/// <param name="replicas">The table of local replica indexes.</param>
/// <param name="forgotten">The scope's F: removals that it covers are known to everybody and need not be told again.</param>
/// <param name="mayBring">Whose elements the sender may bring; <see langword="null"/> for all.</param>
internal sealed class DocumentMerger(ReplicaTable replicas, VersionVector forgotten, Func<int, bool>? mayBring)
{
    private ContextView? _mine;
    private ContextView? _theirs;

    /// <summary>The latest timestamp of a register in what was joined.</summary>
    public HybridTimestamp Latest { get; private set; }

    /// <summary>Whether it was made for these: tables and vectors are immutable, so the same one says the same.</summary>
    public bool Serves(ReplicaTable table, VersionVector vector, Func<int, bool>? sender) =>
        ReferenceEquals(table, replicas) && ReferenceEquals(vector, forgotten) && ReferenceEquals(sender, mayBring);

    /// <summary>The joint state, as it is stored.</summary>
    /// <param name="local">The record here; <see langword="null"/> where it is not held.</param>
    /// <param name="known">K(o) here.</param>
    /// <param name="remote">The record as the peer sent it.</param>
    /// <param name="merged">The versions of both, merged.</param>
    /// <exception cref="Errors.SyncException">The peer's state is malformed, or names what the peer cannot know.</exception>
    public ReadOnlyMemory<byte> Join(StoredRecord? local, CausalContext known, RemoteRecord remote, ImmutableArray<RecordVersion> merged)
    {
        ReadOnlyMemory<byte> held = local?.ConflictFree ?? default;
        if (remote.ConflictFree.IsEmpty)
        {
            // Nothing came, so nothing is new; unless the peer dropped what it knew, with the carriers that stood for it.
            return held.IsEmpty || !HasLostCarrier(local!, merged) ? held : Forget(held, known, remote.Context);
        }

        try
        {
            ContextView mine = _mine?.Shows(known) == true ? _mine : _mine = new ContextView(replicas, known, mayBring);
            ContextView theirs = _theirs?.Shows(remote.Context) == true
                ? _theirs
                : _theirs = new ContextView(replicas, remote.Context);
            if (held.IsEmpty && DottedDocument.IsAllNew(remote.ConflictFree.Span, mine, theirs, out HybridTimestamp latest))
            {
                Latest = latest > Latest ? latest : Latest;
                return StoredDocument.Of(remote.ConflictFree.Span);
            }

            CrdtDocument document = Join(held, mine, remote.ConflictFree, theirs);
            Check(document, new ContextView(replicas, known), theirs, remote.Key);
            return Finish(document);
        }
        catch (CrdtFormatException exception)
        {
            throw WireFormat.Malformed("page", $"{remote.Key}: {exception.Message}", exception);
        }
    }

    /// <summary>The state without what a peer knows: it dropped the record.</summary>
    public ReadOnlyMemory<byte> Forget(ReadOnlyMemory<byte> held, CausalContext known, CausalContext theirs)
    {
        CrdtDocument document = StoredDocument.Decode(held);
        document.Merge(new ContextView(replicas, known), new CrdtDocument(), new ContextView(replicas, theirs));
        return Finish(document);
    }

    private static CrdtDocument Join(
        ReadOnlyMemory<byte> held, ContextView mine, ReadOnlyMemory<byte> sent, ContextView theirs)
    {
        CrdtDocument document = StoredDocument.Decode(held);
        if (CrdtDocument.IsDelta(sent))
        {
            document.Apply(mine, sent, theirs, StoredDocument.Limits);
            return document;
        }

        // Nothing is here, and nothing that comes was removed here: the joint state is what came.
        CrdtDocument other = CrdtDocument.Decode(sent, StoredDocument.Limits);
        if (held.IsEmpty && !other.HasSequence && other.Survey().IsAllNewTo(mine))
        {
            return other;
        }

        document.Merge(mine, other, theirs);
        return document;
    }

    private ReadOnlyMemory<byte> Finish(CrdtDocument document)
    {
        if (!forgotten.IsEmpty)
        {
            document.Trim(CausalView.Of(replicas, forgotten));
        }

        return StoredDocument.Encode(document);
    }

    private void Check(CrdtDocument document, ContextView mine, ContextView theirs, RecordKey key)
    {
        DotSurvey survey = document.Survey();
        Latest = survey.Latest > Latest ? survey.Latest : Latest;
        if (survey.FindUnknown(new EitherView(mine, theirs)) is { } unknown)
        {
            throw WireFormat.Malformed(
                "page", $"{key} holds the conflict-free element {unknown}, which its sender does not claim to know.");
        }
    }

    private static bool HasLostCarrier(StoredRecord local, ImmutableArray<RecordVersion> merged)
    {
        foreach (RecordVersion version in local.Versions)
        {
            if (version.IsCarrier && !merged.Any(kept => kept.Dot == version.Dot))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class EitherView(ICausalView left, ICausalView right) : ICausalView
    {
        public long KnownUpTo(ReplicaId replica) => Math.Max(left.KnownUpTo(replica), right.KnownUpTo(replica));
    }
}
