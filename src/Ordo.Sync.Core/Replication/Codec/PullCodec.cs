using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of pull messages.</summary>
public static class PullCodec
{
    /// <summary>Writes a request.</summary>
    public static void Write(IBufferWriter<byte> output, PullRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(message.Generation.IsEmpty ? 9 : 10);
        writer.Write((int)MessageKind.PullRequest);
        writer.Write(message.Scope);
        WireFormat.Write(ref writer, message.Replica);
        WireFormat.Write(ref writer, message.StateHash);
        WireFormat.Write(ref writer, message.Digest);
        WireFormat.Write(ref writer, message.Known);
        writer.Write(message.BytesMax);
        CursorFormat.Write(ref writer, message.Cursor);
        Write(ref writer, message.Fill);
        WireFormat.WriteGeneration(ref writer, message.Generation);
        writer.Flush();
    }

    /// <summary>Writes a response.</summary>
    public static void Write(IBufferWriter<byte> output, PullResponse message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(message.Generation.IsEmpty ? 10 : 11);
        writer.Write((int)MessageKind.PullResponse);
        writer.Write((int)message.Status);
        WireFormat.Write(ref writer, message.Replica);
        writer.Write(message.UnixMilliseconds);
        WireFormat.Write(ref writer, message.Digest);
        CursorFormat.Write(ref writer, message.Next);
        WireFormat.Write(ref writer, message.NextKnown);
        writer.Write(message.LiveCount);
        WireFormat.WriteBytesOrNil(ref writer, message.Page.Span);
        WireFormat.Write(ref writer, message.Lease);
        WireFormat.WriteGeneration(ref writer, message.Generation);
        writer.Flush();
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static PullRequest ReadRequest(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "pull", static bytes =>
    {
        var reader = new MessagePackReader(bytes);
        int left = WireFormat.ReadHead(ref reader, MessageKind.PullRequest, 8);
        var message = new PullRequest(
            MessageChecks.Scope(reader.ReadString()),
            WireFormat.ReadReplica(ref reader),
            WireFormat.ReadUInt128(ref reader),
            WireFormat.ReadUInt128(ref reader),
            WireFormat.ReadVectorOrNil(ref reader),
            Math.Clamp(reader.ReadInt32(), 1, ProtocolLimits.PageBytesDefault))
        {
            Cursor = CursorFormat.Read(ref reader),
            Fill = ReadFill(ref reader),
        };
        return message with { Generation = WireFormat.ReadGenerationAndTail(ref reader, left - 8) };
    });

    /// <summary>Reads a response. The page stays part of <paramref name="bytes"/>.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static PullResponse ReadResponse(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "pull response", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.PullResponse, 8);
            var status = (PullStatus)reader.ReadInt32();
            ReplicaId replica = WireFormat.ReadReplica(ref reader);
            long time = MessageChecks.Clock(reader.ReadInt64());
            UInt128 digest = WireFormat.ReadUInt128(ref reader);
            TransferCursor? next = CursorFormat.Read(ref reader);
            GlobalVector? nextKnown = WireFormat.ReadVectorOrNil(ref reader);
            long liveCount = reader.ReadInt64();
            var message = new PullResponse(status, replica, time, digest, WireFormat.ReadBytes(ref reader, bytes))
            {
                Next = next,
                NextKnown = nextKnown,
                LiveCount = liveCount,
            };
            if (left >= 9)
            {
                message = message with { Lease = WireFormat.ReadUInt128(ref reader) };
                left--;
            }

            return message with { Generation = WireFormat.ReadGenerationAndTail(ref reader, left - 8) };
        });

    private static void Write(ref MessagePackWriter writer, FillCursor? fill)
    {
        if (fill is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(3);
        writer.Write(fill.After?.Collection);
        writer.Write(fill.After?.Key);
        WireFormat.Write(ref writer, fill.Sender);
    }

    private static FillCursor? ReadFill(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        MessageChecks.Elements(reader.ReadArrayHeader(), 3);
        string? collection = reader.ReadString();
        string? key = reader.ReadString();
        RecordKey? after = collection is null ? null : MessageChecks.Key(collection, key);
        return new FillCursor(after, WireFormat.ReadReplica(ref reader));
    }
}
