using MessagePack;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// Reads the leaves of a payload: all values that are no maps, empty maps, maps with other keys than strings, and maps
/// too deep.
/// Keys and values are slices of the payload, except keys of nested leaves.
/// </summary>
internal static class LeafReader
{
    /// <summary>The leaves in the order of their paths, all with one stamp; none for an empty payload.</summary>
    /// <exception cref="MessagePackSerializationException">
    /// The payload is no map with string keys, names a field twice, is cut short, or has too many leaves.
    /// </exception>
    public static FieldEntry[] Read(ReadOnlyMemory<byte> payload, FieldStamp stamp)
    {
        if (payload.IsEmpty)
        {
            return [];
        }

        try
        {
            return ReadRoot(payload, stamp);
        }
        catch (Exception exception) when (exception is EndOfStreamException or OverflowException)
        {
            throw new MessagePackSerializationException("The payload is malformed: " + exception.Message, exception);
        }
    }

    private static FieldEntry[] ReadRoot(ReadOnlyMemory<byte> payload, FieldStamp stamp)
    {
        var reader = new MessagePackReader(payload);
        int count = reader.ReadMapHeader();
        FieldEntry[] leaves;
        if (count == 0)
        {
            leaves = [new FieldEntry(FieldKey.Root, PayloadWriter.EmptyMap, stamp)];
        }
        else
        {
            var list = new List<FieldEntry>(Math.Min(count, FieldLimits.PathsMax));
            ReadFields(ref reader, payload, count, default, 1, stamp, list);
            leaves = [.. list];
        }

        if (!reader.End)
        {
            throw new MessagePackSerializationException("Bytes follow the payload.");
        }

        Sort(leaves);
        return leaves;
    }

    private static void ReadFields(
        ref MessagePackReader reader,
        ReadOnlyMemory<byte> payload,
        int count,
        ReadOnlyMemory<byte> above,
        int depth,
        FieldStamp stamp,
        List<FieldEntry> leaves)
    {
        for (int i = 0; i < count; i++)
        {
            int nameLength = (int)(reader.ReadStringSequence()
                ?? throw new MessagePackSerializationException("A field's name is nil.")).Length;
            int start = (int)reader.Consumed;
            ReadOnlyMemory<byte> name = payload.Slice(start - nameLength, nameLength);
            FieldKey.CheckName(name.Span);
            ReadOnlyMemory<byte> key = depth == 1 ? name : FieldKey.Append(above, name);
            int nested = depth < FieldLimits.DepthMax ? EnterMap(ref reader) : 0;
            if (nested > 0)
            {
                ReadFields(ref reader, payload, nested, key, depth + 1, stamp, leaves);
                continue;
            }

            Skip(ref reader);
            if (leaves.Count == FieldLimits.PathsMax)
            {
                throw new MessagePackSerializationException($"A payload has more than {FieldLimits.PathsMax} fields.");
            }

            leaves.Add(new FieldEntry(key, payload[start..(int)reader.Consumed], stamp));
        }
    }

    // Into a map of string keys, whose number of fields is returned; elsewhere the reader stays where it is.
    private static int EnterMap(ref MessagePackReader reader)
    {
        if (reader.NextMessagePackType != MessagePackType.Map)
        {
            return 0;
        }

        MessagePackReader peek = reader;
        int count = peek.ReadMapHeader();
        MessagePackReader inside = peek;
        for (int i = 0; i < count; i++)
        {
            if (peek.NextMessagePackType != MessagePackType.String)
            {
                return 0;
            }

            peek.Skip();
            Skip(ref peek);
        }

        reader = count == 0 ? reader : inside;
        return count;
    }

    /// <summary>Passes over one value without recursion: what a peer nests deep must not exhaust the stack.</summary>
    public static void Skip(ref MessagePackReader reader)
    {
        for (long left = 1; left > 0; left--)
        {
            switch (reader.NextMessagePackType)
            {
                case MessagePackType.Array:
                    left += reader.ReadArrayHeader();
                    break;
                case MessagePackType.Map:
                    left += 2L * reader.ReadMapHeader();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private static void Sort(FieldEntry[] leaves)
    {
        for (int i = 1; i < leaves.Length; i++)
        {
            if (FieldKey.Compare(leaves[i - 1].Key.Span, leaves[i].Key.Span) >= 0)
            {
                Array.Sort(leaves, FieldEntry.ByPath);
                break;
            }
        }

        for (int i = 1; i < leaves.Length; i++)
        {
            // A map named twice beside a value of that name would be read as both.
            if (leaves[i].HasPathOf(leaves[i - 1]) || FieldKey.IsBelow(leaves[i].Key.Span, leaves[i - 1].Key.Span))
            {
                throw new MessagePackSerializationException(
                    $"The field '{FieldKey.ToText(leaves[i].Key.Span)}' stands twice in a payload.");
            }
        }
    }
}
