using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.ConflictFree;

/// <summary>What a page says of a record's conflict-free state.</summary>
internal static class DocumentWriter
{
    // A state of this size is sent whole: a delta would save less than looking for it costs.
    private const int DeltaBytesMin = 512;
    private static readonly ReadOnlyMemory<byte> EmptyState = new CrdtDocument().Encode();

    /// <summary>
    /// The document to send: nothing where every carrier is known to the receiver, since then the state is too; a delta
    /// where that is smaller and the receiver's knowledge is sure; else the whole state.
    /// </summary>
    public static ReadOnlyMemory<byte> Encode(
        StoredRecord record, VersionVector known, VersionVector? deltaBasis, ReplicaTable replicas)
    {
        if (!HasNews(record, known))
        {
            return default;
        }

        // Nothing is left: that must be said, since silence means that nothing changed.
        if (record.ConflictFree.IsEmpty)
        {
            return EmptyState;
        }

        ReadOnlyMemory<byte> state = StoredDocument.Document(record.ConflictFree);
        if (deltaBasis is null || deltaBasis.IsEmpty || state.Length < DeltaBytesMin)
        {
            return state;
        }

        CrdtDocument document = StoredDocument.Decode(record.ConflictFree);
        byte[] delta = document.EncodeDelta(CausalView.Of(replicas, deltaBasis));
        return delta.Length < state.Length ? delta : state;
    }

    private static bool HasNews(StoredRecord record, VersionVector known)
    {
        foreach (RecordVersion version in record.Versions)
        {
            if (version.IsCarrier && !known.Contains(version.Dot))
            {
                return true;
            }
        }

        return false;
    }
}
