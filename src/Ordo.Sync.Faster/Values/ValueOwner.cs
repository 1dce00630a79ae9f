using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Records;

namespace Ordo.Sync.Faster.Values;

/// <summary>
/// What a value belongs to. It stands before every piece of the value, so that whoever walks the values can ask the store's
/// state whether the piece is still in use.
/// </summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Area">The record's scope, or the local entry's area; empty for a journal entry.</param>
/// <param name="Key">The record's key; the local entry's key without a collection; empty for a journal entry.</param>
/// <param name="Sequence">The journal entry's number; 0 otherwise.</param>
internal readonly record struct ValueOwner(ValueKind Kind, string Area, RecordKey Key, long Sequence)
{
    /// <summary>A record's value.</summary>
    public static ValueOwner OfRecord(string scope, RecordKey key) => new(ValueKind.Record, scope, key, 0);

    /// <summary>A local entry's value.</summary>
    public static ValueOwner OfLocal(string area, string key) =>
        new(ValueKind.Local, area, new RecordKey(string.Empty, key), 0);

    /// <summary>A journal entry's content.</summary>
    public static ValueOwner OfJournal(long sequence) =>
        new(ValueKind.Journal, string.Empty, new RecordKey(string.Empty, string.Empty), sequence);

    public void Write(ByteWriter writer)
    {
        writer.WriteByte((byte)Kind);
        switch (Kind)
        {
            case ValueKind.Record:
                writer.WriteText(Area);
                writer.WriteText(Key.Collection);
                writer.WriteText(Key.Key);
                break;
            case ValueKind.Local:
                writer.WriteText(Area);
                writer.WriteText(Key.Key);
                break;
            default:
                writer.WriteNumber(Sequence);
                break;
        }
    }

    /// <exception cref="InvalidDataException">The bytes are none that <see cref="Write"/> wrote.</exception>
    public static ValueOwner Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        ValueKind kind = (ValueKind)reader.ReadByte();
        return kind switch
        {
            ValueKind.Record => OfRecord(reader.ReadText(), new RecordKey(reader.ReadText(), reader.ReadText())),
            ValueKind.Local => OfLocal(reader.ReadText(), reader.ReadText()),
            ValueKind.Journal => OfJournal(reader.ReadNumber()),
            _ => throw new InvalidDataException($"values of kind {kind} are unknown"),
        };
    }
}
