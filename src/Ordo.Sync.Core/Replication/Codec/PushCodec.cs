using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of push messages.</summary>
public static class PushCodec
{
    /// <summary>Writes a request.</summary>
    public static void Write(IBufferWriter<byte> output, PushRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(message.Generation.IsEmpty ? 9 : 10);
        writer.Write((int)MessageKind.PushRequest);
        writer.Write(message.Scope);
        WireFormat.Write(ref writer, message.Replica);
        WireFormat.Write(ref writer, message.Transfer);
        writer.Write(message.Number);
        writer.Write(message.IsFinal);
        writer.Write(message.Page.Span);
        WireFormat.Write(ref writer, message.Lease);
        WireFormat.Write(ref writer, message.NextLease);
        WireFormat.WriteGeneration(ref writer, message.Generation);
        writer.Flush();
    }

    /// <summary>Writes a response.</summary>
    public static void Write(IBufferWriter<byte> output, PushResponse message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(9);
        writer.Write((int)MessageKind.PushResponse);
        writer.Write((int)message.Status);
        WireFormat.Write(ref writer, message.Replica);
        writer.Write(message.UnixMilliseconds);
        WireFormat.Write(ref writer, message.Knowledge);
        WireFormat.Write(ref writer, message.Forgotten);
        WireFormat.Write(ref writer, message.Digest);
        OutcomeCodec.Write(ref writer, message.Outcomes);
        WireFormat.Write(ref writer, message.Lease);
        writer.Flush();
    }

    /// <summary>Reads a request. The page stays part of <paramref name="bytes"/>.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static PushRequest ReadRequest(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "push", static bytes =>
    {
        var reader = new MessagePackReader(bytes);
        int left = WireFormat.ReadHead(ref reader, MessageKind.PushRequest, 6);
        string scope = MessageChecks.Scope(reader.ReadString());
        ReplicaId replica = WireFormat.ReadReplica(ref reader);
        UInt128 transfer = WireFormat.ReadUInt128(ref reader);
        int number = reader.ReadInt32();
        bool isFinal = reader.ReadBoolean();
        var message = new PushRequest(
            scope, replica, transfer, number, isFinal, WireFormat.ReadBytes(ref reader, bytes));
        if (left >= 8)
        {
            message = message with
            {
                Lease = WireFormat.ReadUInt128(ref reader),
                NextLease = WireFormat.ReadUInt128(ref reader),
            };
            left -= 2;
        }

        message = message with { Generation = WireFormat.ReadGenerationAndTail(ref reader, left - 6) };
        return number < 0 || (transfer == UInt128.Zero && (number > 0 || !isFinal))
            ? throw WireFormat.Malformed("push", "a page without a transfer is number 0 and final.")
            : message;
    });

    /// <summary>Reads a response.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static PushResponse ReadResponse(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "push response", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.PushResponse, 7);
            var message = new PushResponse(
                (PushStatus)reader.ReadInt32(),
                WireFormat.ReadReplica(ref reader),
                MessageChecks.Clock(reader.ReadInt64()),
                WireFormat.ReadVector(ref reader))
            {
                Forgotten = WireFormat.ReadVector(ref reader),
                Digest = WireFormat.ReadUInt128(ref reader),
                Outcomes = OutcomeCodec.ReadAll(ref reader),
            };
            if (left >= 8)
            {
                message = message with { Lease = WireFormat.ReadUInt128(ref reader) };
                left--;
            }

            WireFormat.ReadTail(ref reader, left - 7);
            return message;
        });
}
