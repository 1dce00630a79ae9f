using MessagePack;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of keys that may be missing, and of key ranges.</summary>
internal static class KeyRangeFormat
{
    /// <summary>Writes two elements: collection and key, or nil and nil.</summary>
    public static void Write(ref MessagePackWriter writer, RecordKey? key)
    {
        writer.Write(key?.Collection);
        writer.Write(key?.Key);
    }

    /// <summary>Reads two elements.</summary>
    public static RecordKey? ReadKey(ref MessagePackReader reader)
    {
        string? collection = reader.ReadString();
        string? key = reader.ReadString();
        return collection is null && key is null ? null : MessageChecks.Key(collection, key);
    }

    /// <summary>Writes a range, a closed array of four.</summary>
    public static void Write(ref MessagePackWriter writer, KeyRange range)
    {
        writer.WriteArrayHeader(4);
        Write(ref writer, range.After);
        Write(ref writer, range.UpTo);
    }

    /// <summary>Reads a range.</summary>
    public static KeyRange ReadRange(ref MessagePackReader reader)
    {
        MessageChecks.Elements(reader.ReadArrayHeader(), 4);
        return new KeyRange(ReadKey(ref reader), ReadKey(ref reader));
    }

    /// <summary>Insists that ranges follow each other, none of them empty.</summary>
    public static void RequireOrder(RecordKey? after, RecordKey? upTo, bool isLast)
    {
        if (new KeyRange(after, upTo).IsEmpty || (upTo is null && !isLast))
        {
            throw new MessagePackSerializationException("key ranges are not in order.");
        }
    }
}
