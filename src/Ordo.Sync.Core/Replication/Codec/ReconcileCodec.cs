using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of comparing fingerprints of key ranges.</summary>
public static class ReconcileCodec
{
    /// <summary>Writes a request.</summary>
    public static void Write(IBufferWriter<byte> output, ReconcileRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(message.Generation.IsEmpty ? 7 : 8);
        writer.Write((int)MessageKind.ReconcileRequest);
        writer.Write(message.Scope);
        WireFormat.Write(ref writer, message.Replica);
        KeyRangeFormat.Write(ref writer, message.After);
        writer.WriteArrayHeader(message.Parts.Length);
        foreach (RangePart part in message.Parts)
        {
            writer.WriteArrayHeader(part.IsGap ? 2 : 4);
            KeyRangeFormat.Write(ref writer, part.UpTo);
            if (!part.IsGap)
            {
                writer.Write(part.Count);
                WireFormat.Write(ref writer, part.Sum);
            }
        }

        writer.Write(message.Settles);
        WireFormat.WriteGeneration(ref writer, message.Generation);
        writer.Flush();
    }

    /// <summary>Writes a response.</summary>
    public static void Write(IBufferWriter<byte> output, ReconcileResponse message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(8);
        writer.Write((int)MessageKind.ReconcileResponse);
        WireFormat.Write(ref writer, message.Replica);
        writer.Write(message.UnixMilliseconds);
        WireFormat.Write(ref writer, message.StateHash);
        WireFormat.Write(ref writer, message.Digest);
        writer.Write(message.ComparedCount);
        writer.WriteArrayHeader(message.Differences.Length);
        foreach (PartDifference difference in message.Differences)
        {
            writer.WriteArrayHeader(3);
            writer.Write(difference.Index);
            writer.Write(difference.Count);
            WireFormat.Write(ref writer, difference.Sum);
        }

        writer.Write(message.IsSettled);
        writer.Flush();
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or exceed a limit.</exception>
    public static ReconcileRequest ReadRequest(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "reconcile", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.ReconcileRequest, 6);
            string scope = MessageChecks.Scope(reader.ReadString());
            ReplicaId replica = WireFormat.ReadReplica(ref reader);
            RecordKey? after = KeyRangeFormat.ReadKey(ref reader);
            ImmutableArray<RangePart> parts = ReadParts(ref reader, after);
            var message = new ReconcileRequest(scope, replica, after, parts) { Settles = reader.ReadBoolean() };
            return message with { Generation = WireFormat.ReadGenerationAndTail(ref reader, left - 6) };
        });

    /// <summary>Reads a response.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or exceed a limit.</exception>
    public static ReconcileResponse ReadResponse(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "reconcile response", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.ReconcileResponse, 7);
            ReplicaId replica = WireFormat.ReadReplica(ref reader);
            long time = MessageChecks.Clock(reader.ReadInt64());
            UInt128 stateHash = WireFormat.ReadUInt128(ref reader);
            UInt128 digest = WireFormat.ReadUInt128(ref reader);
            int compared = reader.ReadInt32();
            var message = new ReconcileResponse(
                replica, time, stateHash, digest, compared, ReadDifferences(ref reader, compared))
            {
                IsSettled = reader.ReadBoolean(),
            };
            WireFormat.ReadTail(ref reader, left - 7);
            return message;
        });

    private static ImmutableArray<RangePart> ReadParts(ref MessagePackReader reader, RecordKey? after)
    {
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.RangesMax, "parts");
        if (count == 0)
        {
            throw new MessagePackSerializationException("there is no part to compare.");
        }

        var parts = ImmutableArray.CreateBuilder<RangePart>(count);
        for (int i = 0; i < count; i++)
        {
            int elements = reader.ReadArrayHeader();
            bool isGap = elements == 2;
            MessageChecks.Elements(elements, isGap ? 2 : 4);
            RecordKey? upTo = KeyRangeFormat.ReadKey(ref reader);
            KeyRangeFormat.RequireOrder(after, upTo, isLast: i == count - 1 && !isGap);
            parts.Add(isGap ? RangePart.Gap(upTo!.Value) : ReadPart(ref reader, upTo));
            after = upTo;
        }

        return parts.MoveToImmutable();
    }

    private static RangePart ReadPart(ref MessagePackReader reader, RecordKey? upTo)
    {
        int records = reader.ReadInt32();
        return records >= 0
            ? new RangePart(upTo, records, WireFormat.ReadUInt128(ref reader))
            : throw new MessagePackSerializationException($"{records} is no number of records.");
    }

    private static ImmutableArray<PartDifference> ReadDifferences(ref MessagePackReader reader, int compared)
    {
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.RangesMax, "differences");
        var differences = ImmutableArray.CreateBuilder<PartDifference>(count);
        int before = -1;
        for (int i = 0; i < count; i++)
        {
            MessageChecks.Elements(reader.ReadArrayHeader(), 3);
            int index = reader.ReadInt32();
            int records = reader.ReadInt32();
            if (index <= before || index >= compared || records < 0)
            {
                throw new MessagePackSerializationException($"{index} is no place of a part that was compared.");
            }

            before = index;
            differences.Add(new PartDifference(index, records, WireFormat.ReadUInt128(ref reader)));
        }

        return differences.MoveToImmutable();
    }
}
