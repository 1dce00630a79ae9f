using System.Buffers;
using System.Text;
using MessagePack;

namespace Ordo.Sync.Records;

/// <summary>
/// Edits of payloads (MessagePack maps with string keys) that touch only the fields they name: whatever else a payload holds,
/// fields of newer versions of the app too, stays byte for byte. Pure.
/// </summary>
public static class PayloadMap
{
    /// <summary>The payload without fields.</summary>
    public static ReadOnlyMemory<byte> Empty { get; } = new byte[] { 0x80 };

    /// <summary>
    /// A replacement for a payload that keeps those top-level fields of it that the replacement does not know.
    /// </summary>
    public static ReadOnlyMemory<byte> Preserve(ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> replacement)
    {
        if (payload.IsEmpty)
        {
            return replacement;
        }

        List<Field> present = Fields(payload);
        List<Field> known = Fields(replacement);
        List<Field> unknown = present.FindAll(field => !Contains(known, field.Name.Span));
        if (unknown.Count == 0)
        {
            return replacement;
        }

        var output = new ArrayBufferWriter<byte>(payload.Length + replacement.Length);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(known.Count + unknown.Count);
        known.AddRange(unknown);
        foreach (Field field in known)
        {
            writer.WriteString(field.Name.Span);
            writer.WriteRaw(field.Value.Span);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>A payload with a field set to an encoded value; a dotted path leads into nested maps, made where absent.</summary>
    /// <param name="payload">The payload; empty counts as one without fields.</param>
    /// <param name="path">The field: "score", "address.city".</param>
    /// <param name="value">One encoded MessagePack value; empty removes the field.</param>
    public static ReadOnlyMemory<byte> Set(ReadOnlyMemory<byte> payload, string path, ReadOnlyMemory<byte> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        int dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return SetTop(payload, path, value);
        }

        string name = path[..dot];
        ReadOnlyMemory<byte> nested = Get(payload, name);
        return SetTop(payload, name, Set(IsMap(nested) ? nested : default, path[(dot + 1)..], value));
    }

    /// <summary>The encoded value of a field; empty where the payload lacks it.</summary>
    public static ReadOnlyMemory<byte> Get(ReadOnlyMemory<byte> payload, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        foreach (string step in path.Split('.'))
        {
            if (!IsMap(payload))
            {
                return default;
            }

            byte[] name = Encoding.UTF8.GetBytes(step);
            payload = Fields(payload).Find(field => field.Name.Span.SequenceEqual(name)).Value;
        }

        return payload;
    }

    private static ReadOnlyMemory<byte> SetTop(ReadOnlyMemory<byte> payload, string name, ReadOnlyMemory<byte> value)
    {
        byte[] key = Encoding.UTF8.GetBytes(name);
        List<Field> fields = payload.IsEmpty ? [] : Fields(payload);
        int at = fields.FindIndex(field => field.Name.Span.SequenceEqual(key));
        if (value.IsEmpty && at >= 0)
        {
            fields.RemoveAt(at);
        }
        else if (at >= 0)
        {
            fields[at] = fields[at] with { Value = value };
        }
        else if (!value.IsEmpty)
        {
            fields.Add(new Field(key, value));
        }

        var output = new ArrayBufferWriter<byte>(payload.Length + value.Length + key.Length + 8);
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(fields.Count);
        foreach (Field field in fields)
        {
            writer.WriteString(field.Name.Span);
            writer.WriteRaw(field.Value.Span);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    private static bool IsMap(ReadOnlyMemory<byte> value) =>
        !value.IsEmpty && new MessagePackReader(value).NextMessagePackType == MessagePackType.Map;

    private static bool Contains(List<Field> fields, ReadOnlySpan<byte> name)
    {
        foreach (Field field in fields)
        {
            if (field.Name.Span.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private static List<Field> Fields(ReadOnlyMemory<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        int count = reader.ReadMapHeader();
        var fields = new List<Field>(count);
        for (int i = 0; i < count; i++)
        {
            int nameLength = (int)(reader.ReadStringSequence() ?? default).Length;
            int nameEnd = (int)reader.Consumed;
            reader.Skip();
            fields.Add(new Field(
                payload.Slice(nameEnd - nameLength, nameLength), payload[nameEnd..(int)reader.Consumed]));
        }

        return fields;
    }

    private readonly record struct Field(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value);
}
