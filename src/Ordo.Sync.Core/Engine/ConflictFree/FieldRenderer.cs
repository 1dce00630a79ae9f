using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>
/// Between the two homes of a record's fields: shows conflict-free values as plain ones in the payload that the app's type is
/// read from, and keeps them out of payloads that are written.
/// </summary>
internal static class FieldRenderer
{
    /// <summary>A payload with the conflict-free fields as they stand.</summary>
    public static ReadOnlyMemory<byte> Show(
        ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> stored, ImmutableArray<ConflictFreeField> fields)
    {
        if (fields.IsEmpty)
        {
            return payload;
        }

        CrdtDocument document = StoredDocument.Decode(stored);
        foreach ((string path, CrdtKind kind) in fields)
        {
            CrdtValue? value = document.Fields.Find(Scalar.Of(path), kind);
            if (value is { IsPresent: true })
            {
                payload = PayloadMap.Set(payload, path, Encode(value));
            }
            else if (IsNeverAbsent(kind) && PayloadMap.Get(payload, path).IsEmpty)
            {
                payload = PayloadMap.Set(payload, path, Encode(CrdtValue.Create(kind)));
            }
        }

        return payload;
    }

    /// <summary>A payload without the conflict-free fields.</summary>
    public static ReadOnlyMemory<byte> Strip(ReadOnlyMemory<byte> payload, ImmutableArray<ConflictFreeField> fields)
    {
        foreach (ConflictFreeField field in fields)
        {
            if (!PayloadMap.Get(payload, field.Path).IsEmpty)
            {
                payload = PayloadMap.Set(payload, field.Path, default);
            }
        }

        return payload;
    }

    // An app reads an empty text or collection where none was written yet, not null.
    private static bool IsNeverAbsent(CrdtKind kind) =>
        kind is CrdtKind.Set or CrdtKind.Map or CrdtKind.Sequence or CrdtKind.Text;

    private static ReadOnlyMemory<byte> Encode(CrdtValue value)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        Write(ref writer, value);
        writer.Flush();
        return output.WrittenMemory;
    }

    private static void Write(ref MessagePackWriter writer, CrdtValue value)
    {
        switch (value)
        {
            case Counter counter:
                writer.Write(counter.Value);
                break;
            case Flag flag:
                writer.Write(flag.Value);
                break;
            case Register register:
                Write(ref writer, register.Value);
                break;
            case Set set:
                Write(ref writer, [.. set.Elements.Order()]);
                break;
            case Sequence sequence:
                Write(ref writer, sequence.ToArray());
                break;
            case Text text:
                writer.Write(text.ToString());
                break;
            default:
                Write(ref writer, (Map)value);
                break;
        }
    }

    // Where replicas made values of several kinds under one key, the first kind by number is shown.
    private static void Write(ref MessagePackWriter writer, Map map)
    {
        KeyValuePair<Scalar, CrdtValue>[] values = [.. map.Values.DistinctBy(entry => entry.Key)];
        writer.WriteMapHeader(values.Length);
        foreach ((Scalar key, CrdtValue value) in values)
        {
            writer.Write(key.ToString());
            Write(ref writer, value);
        }
    }

    private static void Write(ref MessagePackWriter writer, Scalar[] elements)
    {
        writer.WriteArrayHeader(elements.Length);
        foreach (Scalar element in elements)
        {
            Write(ref writer, element);
        }
    }

    private static void Write(ref MessagePackWriter writer, Scalar? value)
    {
        switch (value?.Kind)
        {
            case ScalarKind.Text:
                writer.Write(value.Value.AsString());
                break;
            case ScalarKind.Whole:
                writer.Write(value.Value.AsInteger());
                break;
            case ScalarKind.Real:
                writer.Write(value.Value.AsDouble());
                break;
            case ScalarKind.Boolean:
                writer.Write(value.Value.AsBoolean());
                break;
            case ScalarKind.Bytes:
                writer.Write(value.Value.AsBytes().Span);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }
}
