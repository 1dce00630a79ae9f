using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Codec;

/// <content>What stands before the records of a page.</content>
public sealed partial class PageReader
{
    private static PageReader ReadHeader(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        int left = WireFormat.ReadHead(ref reader, MessageKind.Page, 10);
        MessageChecks.Elements(left, 10);
        string scope = MessageChecks.Scope(reader.ReadString());
        ImmutableArray<ReplicaId> replicas = ReadReplicas(WireFormat.ReadBytes(ref reader, bytes));
        ImmutableArray<CollectionDescriptor> collections = CollectionTable.Read(ref reader);
        var header = new PageHeader(
            scope,
            ReadVector(ref reader, replicas),
            ReadVector(ref reader, replicas),
            ReadVector(ref reader, replicas),
            MessageChecks.Timestamp(reader.ReadUInt64()),
            reader.ReadBoolean(),
            collections,
            ReadRange(ref reader));
        if (!header.Forgotten.IsDominatedBy(header.Knowledge) || !header.Base.IsDominatedBy(header.Knowledge))
        {
            throw new MessagePackSerializationException("base and forgotten vector must not exceed the knowledge.");
        }

        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.PageRecordsMax, "records");
        int position = (int)reader.Consumed;
        return count == 0 && position != bytes.Length
            ? throw new MessagePackSerializationException("bytes follow the last record.")
            : new PageReader(bytes, header, replicas, position, count);
    }

    private static ImmutableArray<ReplicaId> ReadReplicas(ReadOnlyMemory<byte> bytes)
    {
        int count = bytes.Length / ReplicaId.SizeBytes;
        if (bytes.Length % ReplicaId.SizeBytes != 0 || count > ProtocolLimits.ReplicasMax)
        {
            throw new MessagePackSerializationException($"a replica table of {bytes.Length} bytes.");
        }

        var replicas = ImmutableArray.CreateBuilder<ReplicaId>(count);
        for (int i = 0; i < count; i++)
        {
            var replica = ReplicaId.Read(bytes.Span[(i * ReplicaId.SizeBytes)..]);
            replicas.Add(replica.IsEmpty ? throw new MessagePackSerializationException("an empty replica id.") : replica);
        }

        return replicas.MoveToImmutable();
    }

    private static GlobalVector ReadVector(ref MessagePackReader reader, ImmutableArray<ReplicaId> replicas)
    {
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.ReplicasMax * 2, "vector elements");
        var dots = new GlobalDot[count / 2];
        for (int i = 0; i < dots.Length; i++)
        {
            dots[i] = new GlobalDot(replicas[ReadIndex(ref reader, replicas.Length)], reader.ReadInt64());
        }

        return count % 2 == 0
            ? GlobalVector.Of(dots)
            : throw new MessagePackSerializationException("a vector has an odd number of elements.");
    }

    private static KeyRange? ReadRange(ref MessagePackReader reader) =>
        reader.TryReadNil() ? null : KeyRangeFormat.ReadRange(ref reader);
}
