using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>
/// Encodes a document that one write makes, of one element for each of its few fields: what making it of objects and encoding these
/// would give, without the objects.
/// </summary>
internal static class FirstDocument
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Whether a value of this kind can be written so.</summary>
    public static bool Takes(CrdtKind kind) =>
        kind is CrdtKind.Counter or CrdtKind.Flag or CrdtKind.Register or CrdtKind.Set;

    /// <summary>The document's bytes behind zeros that the caller fills.</summary>
    /// <param name="roomBytes">How many zeros.</param>
    /// <param name="replica">Whose elements they are.</param>
    /// <param name="elements">The elements, by field in ascending order; at least one.</param>
    /// <param name="timestamp">That of registers.</param>
    public static byte[] Encode(
        int roomBytes, ReplicaId replica, ReadOnlySpan<FirstElement> elements, HybridTimestamp timestamp)
    {
        ArrayBufferWriter<byte> buffer = _buffer ?? new ArrayBufferWriter<byte>();
        buffer.ResetWrittenCount();
        buffer.GetSpan(roomBytes)[..roomBytes].Clear();
        buffer.Advance(roomBytes);
        var writer = new MessagePackWriter(buffer);
        CrdtDocument.WriteHead(ref writer, [replica]);
        writer.WriteArrayHeader(elements.Length * Map.EntryParts);
        foreach (FirstElement element in elements)
        {
            ScalarCodec.Write(ref writer, element.At.Key);
            writer.Write((byte)element.At.Kind);
            Write(ref writer, element, timestamp);
        }

        writer.Flush();
        byte[] bytes = buffer.WrittenSpan.ToArray();
        _buffer = buffer.Capacity <= CrdtDocument.BufferBytesMax ? buffer : null;
        return bytes;
    }

    private static void Write(ref MessagePackWriter writer, FirstElement element, HybridTimestamp timestamp)
    {
        switch (element.At.Kind)
        {
            case CrdtKind.Counter:
                Write(ref writer, element.Counter, new TotalValue(element.Value.AsInteger()));
                break;
            case CrdtKind.Flag:
                Write(ref writer, element.Counter, default(NoValue));
                break;
            case CrdtKind.Register:
                Write(ref writer, element.Counter, new StampedValue(timestamp, element.Value));
                break;
            case CrdtKind.Set:
                Write(ref writer, element.Counter, new ScalarValue(element.Value));
                break;
            default:
                throw new ArgumentException($"A {element.At.Kind} has no single element.", nameof(element));
        }
    }

    // One entry of the table's one replica.
    private static void Write<T>(ref MessagePackWriter writer, long counter, T value)
        where T : IDotValue<T>
    {
        writer.WriteArrayHeader(2 + T.Fields);
        writer.Write(0);
        writer.Write(counter);
        value.Write(ref writer);
    }
}
