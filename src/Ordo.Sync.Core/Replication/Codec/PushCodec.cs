using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of push messages.</summary>
public static class PushCodec
{
    private const int ConflictsMax = ProtocolLimits.PageRecordsMax;

    /// <summary>Writes a request.</summary>
    public static void Write(IBufferWriter<byte> output, PushRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(7);
        writer.Write((int)MessageKind.PushRequest);
        writer.Write(message.Scope);
        WireFormat.Write(ref writer, message.Replica);
        WireFormat.Write(ref writer, message.Transfer);
        writer.Write(message.Number);
        writer.Write(message.IsFinal);
        writer.Write(message.Page.Span);
        writer.Flush();
    }

    /// <summary>Writes a response.</summary>
    public static void Write(IBufferWriter<byte> output, PushResponse message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(8);
        writer.Write((int)MessageKind.PushResponse);
        writer.Write((int)message.Status);
        WireFormat.Write(ref writer, message.Replica);
        writer.Write(message.UnixMilliseconds);
        WireFormat.Write(ref writer, message.Knowledge);
        WireFormat.Write(ref writer, message.Forgotten);
        WireFormat.Write(ref writer, message.Digest);
        writer.WriteArrayHeader(message.Conflicts.Length * 2);
        foreach (GlobalDot dot in message.Conflicts)
        {
            WireFormat.Write(ref writer, dot.Replica);
            writer.Write(dot.Counter);
        }

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
        WireFormat.ReadTail(ref reader, left - 6);
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
                reader.ReadInt64(),
                WireFormat.ReadVector(ref reader))
            {
                Forgotten = WireFormat.ReadVector(ref reader),
                Digest = WireFormat.ReadUInt128(ref reader),
                Conflicts = ReadDots(ref reader),
            };
            WireFormat.ReadTail(ref reader, left - 7);
            return message;
        });

    private static ImmutableArray<GlobalDot> ReadDots(ref MessagePackReader reader)
    {
        int count = WireFormat.ReadCount(ref reader, ConflictsMax * 2, "conflict elements");
        var dots = new GlobalDot[count / 2];
        for (int i = 0; i < dots.Length; i++)
        {
            dots[i] = new GlobalDot(WireFormat.ReadReplica(ref reader), MessageChecks.Counter(reader.ReadInt64()));
        }

        return [.. dots];
    }
}
