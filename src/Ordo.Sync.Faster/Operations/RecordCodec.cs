using System.Runtime.InteropServices;
using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Records;

namespace Ordo.Sync.Faster.Operations;

/// <summary>The stored form of a record: its versions, its conflict-free state, and what it makes visible where that is not the
/// greatest version's payload.</summary>
internal static class RecordCodec
{
    private const byte HasSiblings = 1;
    private const byte HasConflictFree = 2;
    private const byte ShowsNothing = 4;
    private const byte ShowsOther = 8;

    public static void Write(ByteWriter writer, StoredRecord record)
    {
        ReadOnlyMemory<byte> visible = record.Visible;
        ReadOnlyMemory<byte> greatest = record.Greatest.Payload;
        byte flags = 0;
        flags |= record.HasSiblings ? HasSiblings : (byte)0;
        flags |= record.ConflictFree.IsEmpty ? (byte)0 : HasConflictFree;
        if (!visible.Equals(greatest) && !visible.Span.SequenceEqual(greatest.Span))
        {
            flags |= visible.IsEmpty ? ShowsNothing : ShowsOther;
        }

        writer.WriteByte(flags);
        if (record.HasSiblings)
        {
            writer.WriteNumber(record.Versions.Length);
        }

        foreach (RecordVersion version in record.Versions)
        {
            Write(writer, version);
        }

        if ((flags & HasConflictFree) != 0)
        {
            writer.WriteBytes(record.ConflictFree.Span);
        }

        if ((flags & ShowsOther) != 0)
        {
            writer.WriteBytes(visible.Span);
        }
    }

    /// <summary>Reads a record; its parts are parts of the memory that is read.</summary>
    /// <param name="key">The record's key.</param>
    /// <param name="bytes">What <see cref="Write(ByteWriter, StoredRecord)"/> wrote.</param>
    /// <param name="withVisible">Whether the record says what it makes visible; stores do not tell their readers.</param>
    /// <exception cref="InvalidDataException">The bytes are no record.</exception>
    public static StoredRecord Read(RecordKey key, ReadOnlyMemory<byte> bytes, bool withVisible = false)
    {
        var reader = new ByteReader(bytes);
        byte flags = reader.ReadByte();
        int count = (flags & HasSiblings) != 0 ? reader.ReadCount() : 1;
        if (count == 0)
        {
            throw new InvalidDataException($"the record {key} has no version");
        }

        var versions = new RecordVersion[count];
        for (int i = 0; i < count; i++)
        {
            versions[i] = ReadVersion(ref reader);
        }

        var record = new StoredRecord(key, ImmutableCollectionsMarshal.AsImmutableArray(versions))
        {
            ConflictFree = (flags & HasConflictFree) != 0 ? reader.ReadBytes() : default,
        };
        if (!withVisible)
        {
            return record;
        }

        return (flags & (ShowsNothing | ShowsOther)) switch
        {
            0 => record,
            ShowsNothing => record with { Visible = default },
            _ => record with { Visible = reader.ReadBytes() },
        };
    }

    private static void Write(ByteWriter writer, RecordVersion version)
    {
        writer.WriteNumber(version.Dot.Value);
        writer.WriteUInt64(version.Timestamp.Value);
        writer.WriteText(version.Author);
        writer.WriteBytes(version.Payload.Span);
        writer.WriteBytes(version.Annotations.Span);
    }

    private static RecordVersion ReadVersion(ref ByteReader reader)
    {
        Dot dot = DotCodec.Read(ref reader);
        var timestamp = new HybridTimestamp(reader.ReadUInt64());
        return new RecordVersion(dot, timestamp, reader.ReadText(), reader.ReadBytes(), reader.ReadBytes());
    }
}
