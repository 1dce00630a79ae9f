using System.Buffers;
using MessagePack;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of hello messages.</summary>
public static class HelloCodec
{
    /// <summary>Writes a request.</summary>
    public static void Write(IBufferWriter<byte> output, HelloRequest message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(5);
        writer.Write((int)MessageKind.HelloRequest);
        writer.Write(message.VersionMin);
        writer.Write(message.VersionMax);
        WireFormat.Write(ref writer, message.Replica);
        CollectionTable.Write(ref writer, message.Collections);
        writer.Flush();
    }

    /// <summary>Writes a response.</summary>
    public static void Write(IBufferWriter<byte> output, HelloResponse message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(7);
        writer.Write((int)MessageKind.HelloResponse);
        writer.Write(message.Version);
        WireFormat.Write(ref writer, message.Replica);
        writer.Write(message.UnixMilliseconds);
        writer.Write(message.PageBytesMax);
        writer.Write(message.PayloadBytesMax);
        CollectionTable.Write(ref writer, message.Mismatches);
        writer.Flush();
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static HelloRequest ReadRequest(ReadOnlyMemory<byte> bytes) => WireFormat.Decode(bytes, "hello", static bytes =>
    {
        var reader = new MessagePackReader(bytes);
        int left = WireFormat.ReadHead(ref reader, MessageKind.HelloRequest, 4);
        var message = new HelloRequest(
            reader.ReadInt32(), reader.ReadInt32(), WireFormat.ReadReplica(ref reader), CollectionTable.Read(ref reader));
        WireFormat.ReadTail(ref reader, left - 4);
        return message.Replica.IsEmpty ? throw WireFormat.Malformed("hello", "the replica id is empty.") : message;
    });

    /// <summary>Reads a response.</summary>
    /// <exception cref="Errors.SyncException">The bytes are malformed or too large.</exception>
    public static HelloResponse ReadResponse(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "hello response", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            int left = WireFormat.ReadHead(ref reader, MessageKind.HelloResponse, 6);
            var message = new HelloResponse(
                reader.ReadInt32(),
                WireFormat.ReadReplica(ref reader),
                MessageChecks.Clock(reader.ReadInt64()),
                reader.ReadInt32(),
                reader.ReadInt32(),
                CollectionTable.Read(ref reader));
            WireFormat.ReadTail(ref reader, left - 6);
            return message;
        });
}
