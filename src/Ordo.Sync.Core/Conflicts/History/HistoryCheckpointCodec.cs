using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.History;

/// <summary>The payload of a checkpoint: a map of readable names, as that of an entry (<see cref="HistoryCodec"/>).</summary>
public static class HistoryCheckpointCodec
{
    private const int Fields = 5;
    private const string What = "A checkpoint of the history";

    /// <summary>Writes a checkpoint.</summary>
    public static ReadOnlyMemory<byte> Encode(HistoryCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var output = new ArrayBufferWriter<byte>(128 + (checkpoint.Count * sizeof(ulong)));
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(Fields);
        writer.Write("collection");
        writer.Write(checkpoint.Key.Collection);
        writer.Write("key");
        writer.Write(checkpoint.Key.Key);
        writer.Write("collectedBefore");
        writer.Write(checkpoint.CollectedBefore.ToUnixTimeMilliseconds());
        writer.Write("chain");
        Span<byte> chain = stackalloc byte[ContentHash.SizeBytes];
        checkpoint.Chain.Write(chain);
        writer.Write(chain);
        writer.Write("collected");
        byte[] names = new byte[checkpoint.Count * sizeof(ulong)];
        for (int i = 0; i < checkpoint.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(names.AsSpan(i * sizeof(ulong)), checkpoint.Names[i]);
        }

        writer.Write(names);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="MessagePackSerializationException">The bytes are malformed.</exception>
    public static HistoryCheckpoint Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return Read(payload);
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException or ArgumentException)
        {
            throw new MessagePackSerializationException($"{What} is malformed.", exception);
        }
    }

    private static HistoryCheckpoint Read(ReadOnlyMemory<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        if (reader.ReadMapHeader() < Fields)
        {
            throw new MessagePackSerializationException($"{What} has {Fields} fields.");
        }

        HistoryFields.Name(ref reader, "collection", What);
        string collection = reader.ReadString() ?? string.Empty;
        HistoryFields.Name(ref reader, "key", What);
        string key = reader.ReadString() ?? string.Empty;
        HistoryFields.Name(ref reader, "collectedBefore", What);
        var before = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        HistoryFields.Name(ref reader, "chain", What);
        byte[] chain = (reader.ReadBytes() ?? default).ToArray();
        HistoryFields.Name(ref reader, "collected", What);
        byte[] names = (reader.ReadBytes() ?? default).ToArray();
        if (chain.Length != ContentHash.SizeBytes || names.Length % sizeof(ulong) != 0
            || names.Length > HistoryCheckpoint.CountMax * sizeof(ulong))
        {
            throw new MessagePackSerializationException("A checkpoint of the history holds a hash that is none.");
        }

        ImmutableArray<ulong>.Builder read = ImmutableArray.CreateBuilder<ulong>(names.Length / sizeof(ulong));
        for (int at = 0; at < names.Length; at += sizeof(ulong))
        {
            read.Add(BinaryPrimitives.ReadUInt64BigEndian(names.AsSpan(at)));
        }

        // Sorted, since it is searched.
        read.Sort();
        return new HistoryCheckpoint(new RecordKey(collection, key), before, ContentHash.Read(chain), read.MoveToImmutable());
    }
}
