using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Engine.Verification;

/// <summary>A peer's records, in the indexes of a table that also names replicas unknown here. Writes nothing.</summary>
internal sealed class PeerPage
{
    private PeerPage(ReplicaTable replicas, VersionVector knowledge, Dictionary<RecordKey, RemoteRecord> records)
    {
        Replicas = replicas;
        Knowledge = knowledge;
        Records = records;
    }

    /// <summary>The table, which begins with that of the store.</summary>
    public ReplicaTable Replicas { get; }

    /// <summary>What the peer knows.</summary>
    public VersionVector Knowledge { get; }

    /// <summary>Its records.</summary>
    public IReadOnlyDictionary<RecordKey, RemoteRecord> Records { get; }

    /// <summary>Reads a page.</summary>
    public static PeerPage Read(ReadOnlyMemory<byte> bytes, ReplicaTable replicas)
    {
        PageReader reader = PageReader.Open(bytes);
        var indexes = new int[reader.Replicas.Length];
        for (int i = 0; i < indexes.Length; i++)
        {
            replicas = replicas.With(reader.Replicas[i], out indexes[i]);
        }

        VersionVector knowledge = reader.Header.Knowledge.ToLocal(replicas);
        var records = new Dictionary<RecordKey, RemoteRecord>();
        while (reader.TryRead(indexes, knowledge, out RemoteRecord? record))
        {
            records[record!.Key] = record;
        }

        return new PeerPage(replicas, knowledge, records);
    }

    /// <summary>A record as the peer stores it.</summary>
    public StoredRecord? Stored(RecordKey key)
    {
        if (!Records.TryGetValue(key, out RemoteRecord? remote) || remote.Values.IsEmpty)
        {
            return null;
        }

        var record = new StoredRecord(key, SiblingOrder.Sort(remote.Values, Replicas));
        if (remote.ConflictFree.IsEmpty)
        {
            return record;
        }

        var nothing = new CausalContext(VersionVector.Empty);
        var merger = new DocumentMerger(Replicas, VersionVector.Empty, mayBring: null);
        return record with { ConflictFree = merger.Join(local: null, nothing, remote, record.Versions) };
    }
}
