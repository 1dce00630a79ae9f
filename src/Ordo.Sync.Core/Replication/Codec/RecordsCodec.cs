using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of reading the records of key ranges.</summary>
public static class RecordsCodec
{
    /// <summary>Writes a request.</summary>
    public static void Write(IBufferWriter<byte> output, RecordsRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(message.Generation.IsEmpty ? 5 : 6);
        writer.Write((int)MessageKind.RecordsRequest);
        writer.Write(message.Scope);
        WireFormat.Write(ref writer, message.Replica);
        writer.WriteArrayHeader(message.Ranges.Length);
        foreach (KeyRange range in message.Ranges)
        {
            KeyRangeFormat.Write(ref writer, range);
        }

        writer.Write(message.BytesMax);
        WireFormat.WriteGeneration(ref writer, message.Generation);
        writer.Flush();
    }

    /// <summary>Writes a response.</summary>
    public static void Write(IBufferWriter<byte> output, RecordsResponse message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(6);
        writer.Write((int)MessageKind.RecordsResponse);
        WireFormat.Write(ref writer, message.Replica);
        writer.Write(message.CoveredCount);
        KeyRangeFormat.Write(ref writer, message.After);
        writer.Write(message.Page.Span);
        writer.Flush();
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or exceed a limit.</exception>
    public static RecordsRequest ReadRequest(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "records", static bytes =>
    {
        var reader = new MessagePackReader(bytes);
        int left = WireFormat.ReadHead(ref reader, MessageKind.RecordsRequest, 4);
        string scope = MessageChecks.Scope(reader.ReadString());
        ReplicaId replica = WireFormat.ReadReplica(ref reader);
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.RangesMax, "ranges");
        var ranges = ImmutableArray.CreateBuilder<KeyRange>(count);
        for (int i = 0; i < count; i++)
        {
            KeyRange range = KeyRangeFormat.ReadRange(ref reader);
            KeyRangeFormat.RequireOrder(range.After, range.UpTo, i == count - 1);
            if (i > 0 && (range.After is not { } after || after < ranges[i - 1].UpTo!.Value))
            {
                throw new MessagePackSerializationException("key ranges overlap.");
            }

            ranges.Add(range);
        }

        int bytesMax = Math.Clamp(reader.ReadInt32(), 1, ProtocolLimits.PageBytesDefault);
        return new RecordsRequest(scope, replica, ranges.MoveToImmutable(), bytesMax)
        {
            Generation = WireFormat.ReadGenerationAndTail(ref reader, left - 4),
        };
    });

    /// <summary>Reads a response. The page stays part of <paramref name="bytes"/>.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or exceed a limit.</exception>
    public static RecordsResponse ReadResponse(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "records response", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.RecordsResponse, 5);
            ReplicaId replica = WireFormat.ReadReplica(ref reader);
            int covered = reader.ReadInt32();
            RecordKey? after = KeyRangeFormat.ReadKey(ref reader);
            var message = new RecordsResponse(replica, covered, after, WireFormat.ReadBytes(ref reader, bytes));
            WireFormat.ReadTail(ref reader, left - 5);
            return message;
        });
}
