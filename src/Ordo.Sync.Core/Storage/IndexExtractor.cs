using System.Globalization;
using System.Text;
using MessagePack;

namespace Ordo.Sync.Storage;

/// <summary>Finds the value of an indexed field in a payload (a MessagePack map with string keys). Thread-safe.</summary>
public static class IndexExtractor
{
    private const int PathDepthMax = 16;

    /// <summary>
    /// The value of the index's field; <see cref="IndexValue.Absent"/> where the payload is empty (a tombstone), lacks the field,
    /// or holds it with another type.
    /// </summary>
    /// <exception cref="MessagePackSerializationException">The payload is not a well-formed map.</exception>
    public static IndexValue Extract(ReadOnlyMemory<byte> payload, IndexDefinition index)
    {
        ArgumentNullException.ThrowIfNull(index);
        if (payload.IsEmpty)
        {
            return IndexValue.Absent;
        }

        try
        {
            return Find(payload, index);
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException)
        {
            // What the reader throws of a payload that is cut off, and of one that announces more than 2^31 items.
            throw new MessagePackSerializationException("The payload is cut off or is no well-formed map.", exception);
        }
    }

    private static IndexValue Find(ReadOnlyMemory<byte> payload, IndexDefinition index)
    {
        var reader = new MessagePackReader(payload);
        ReadOnlySpan<char> path = index.Field;
        Span<byte> name = stackalloc byte[256];
        for (int depth = 0; depth < PathDepthMax; depth++)
        {
            int dot = path.IndexOf('.');
            ReadOnlySpan<char> step = dot < 0 ? path : path[..dot];
            if (!Encoding.UTF8.TryGetBytes(step, name, out int length) || !TryEnter(ref reader, name[..length]))
            {
                return IndexValue.Absent;
            }

            if (dot < 0)
            {
                return Read(ref reader, index.Type);
            }

            path = path[(dot + 1)..];
        }

        return IndexValue.Absent;
    }

    private static bool TryEnter(ref MessagePackReader reader, scoped ReadOnlySpan<byte> name)
    {
        if (reader.NextMessagePackType != MessagePackType.Map)
        {
            return false;
        }

        int count = reader.ReadMapHeader();
        for (int i = 0; i < count; i++)
        {
            if (reader.NextMessagePackType != MessagePackType.String)
            {
                reader.Skip();
            }
            else if (reader.TryReadStringSpan(out ReadOnlySpan<byte> field) && field.SequenceEqual(name))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static IndexValue Read(ref MessagePackReader reader, IndexType type) => (type, reader.NextMessagePackType) switch
    {
        (IndexType.Integer, MessagePackType.Integer) => ReadInteger(ref reader),
        (IndexType.Integer, MessagePackType.Boolean) => IndexValue.Of(reader.ReadBoolean() ? 1L : 0L),
        (IndexType.Integer, MessagePackType.Extension) => ReadTime(ref reader),
        (IndexType.Integer, MessagePackType.Array) => ReadOffsetTime(ref reader),
        (IndexType.Real, MessagePackType.Float or MessagePackType.Integer) => ReadReal(ref reader),
        (IndexType.Real, MessagePackType.String) => ParseReal(reader.ReadString()),
        (IndexType.Text, MessagePackType.String) => IndexValue.Of(reader.ReadString()!),
        _ => IndexValue.Absent,
    };

    private static IndexValue ReadInteger(ref MessagePackReader reader)
    {
        // An unsigned integer beyond 2^63 has no place in a signed column.
        if (reader.NextCode == MessagePackCode.UInt64)
        {
            ulong unsigned = reader.ReadUInt64();
            return unsigned <= long.MaxValue ? IndexValue.Of((long)unsigned) : IndexValue.Absent;
        }

        return IndexValue.Of(reader.ReadInt64());
    }

    private static IndexValue ReadReal(ref MessagePackReader reader)
    {
        double value = reader.ReadDouble();
        return double.IsNaN(value) ? IndexValue.Absent : IndexValue.Of(value);
    }

    // Decimals travel as text, so that none of their digits is lost.
    private static IndexValue ParseReal(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && !double.IsNaN(value)
            ? IndexValue.Of(value)
            : IndexValue.Absent;

    // A time with an offset travels as [time, offset in minutes].
    private static IndexValue ReadOffsetTime(ref MessagePackReader reader) =>
        reader.ReadArrayHeader() == 2 && reader.NextMessagePackType == MessagePackType.Extension
            ? ReadTime(ref reader)
            : IndexValue.Absent;

    private static IndexValue ReadTime(ref MessagePackReader reader)
    {
        MessagePackReader peek = reader.CreatePeekReader();
        if (peek.ReadExtensionFormatHeader().TypeCode != ReservedMessagePackExtensionTypeCode.DateTime)
        {
            return IndexValue.Absent;
        }

        try
        {
            return IndexValue.Of(new DateTimeOffset(reader.ReadDateTime(), TimeSpan.Zero).ToUnixTimeMilliseconds());
        }
        catch (ArgumentOutOfRangeException)
        {
            // The format's seconds reach far beyond the years that a DateTime can name.
            return IndexValue.Absent;
        }
    }
}
