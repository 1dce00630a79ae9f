using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.History;

/// <summary>
/// The payload of a history entry: a map of readable names, so that the history can be read with plain tools.
/// </summary>
public static class HistoryCodec
{
    private const int Fields = 8;
    private const string What = "A history entry";

    /// <summary>Writes an entry.</summary>
    public static ReadOnlyMemory<byte> Encode(HistoryEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var output = new ArrayBufferWriter<byte>(192 + entry.Payload.Length + entry.Annotations.Length);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(Fields);
        writer.Write("collection");
        writer.Write(entry.Key.Collection);
        writer.Write("key");
        writer.Write(entry.Key.Key);
        writer.Write("replica");
        writer.Write(entry.Version.Replica.ToString());
        writer.Write("counter");
        writer.Write(entry.Version.Counter);
        writer.Write("timestamp");
        writer.Write(entry.Timestamp.Value);
        writer.Write("author");
        writer.Write(entry.Author);
        writer.Write("payload");
        writer.Write(entry.Payload.Span);
        writer.Write("notes");
        writer.Write(entry.Annotations.Span);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are malformed.</exception>
    public static HistoryEntry Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return Read(payload);
        }
        catch (Exception exception) when (exception
            is EndOfStreamException or OverflowException or ArgumentException or FormatException)
        {
            throw new MessagePackSerializationException($"{What} is malformed.", exception);
        }
    }

    private static HistoryEntry Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        if (reader.ReadMapHeader() < Fields)
        {
            throw new MessagePackSerializationException($"{What} has {Fields} fields.");
        }

        string collection = Text(ref reader, "collection");
        string key = Text(ref reader, "key");
        var replica = ReplicaId.Parse(Text(ref reader, "replica"));
        HistoryFields.Name(ref reader, "counter", What);
        long counter = reader.ReadInt64();
        HistoryFields.Name(ref reader, "timestamp", What);
        var timestamp = new HybridTimestamp(reader.ReadUInt64());
        string author = Text(ref reader, "author");
        ReadOnlyMemory<byte> content = Bytes(ref reader, "payload", payload);
        ReadOnlyMemory<byte> notes = Bytes(ref reader, "notes", payload);
        return new HistoryEntry(
            new RecordKey(collection, key), new GlobalDot(replica, counter), timestamp, author, content, notes);
    }

    private static string Text(ref MessagePackReader reader, string name)
    {
        HistoryFields.Name(ref reader, name, What);
        return reader.ReadString() ?? string.Empty;
    }

    private static ReadOnlyMemory<byte> Bytes(ref MessagePackReader reader, string name, ReadOnlyMemory<byte> all)
    {
        HistoryFields.Name(ref reader, name, What);
        int length = (int)(reader.ReadBytes() ?? default).Length;
        return all.Slice((int)reader.Consumed - length, length);
    }
}
