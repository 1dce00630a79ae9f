using System.Buffers;
using MessagePack;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>Writes leaves as the payload they came from, nested maps rebuilt, fields in the order of their UTF-8
/// names.</summary>
internal static class PayloadWriter
{
    public static ReadOnlyMemory<byte> EmptyMap { get; } = new byte[] { 0x80 };

    /// <param name="leaves">Present values in the order of their paths, none below another.</param>
    public static ReadOnlyMemory<byte> Write(ReadOnlySpan<FieldEntry> leaves)
    {
        if (leaves.IsEmpty)
        {
            return default;
        }

        if (FieldKey.IsRoot(leaves[0].Key.Span))
        {
            return EmptyMap;
        }

        int size = 8;
        foreach (FieldEntry leaf in leaves)
        {
            size += leaf.Key.Length + leaf.Value.Length + 6;
        }

        var output = new ArrayBufferWriter<byte>(size);
        var writer = new MessagePackWriter(output);
        WriteMap(ref writer, leaves, 0);
        writer.Flush();
        return output.WrittenMemory;
    }

    private static void WriteMap(ref MessagePackWriter writer, ReadOnlySpan<FieldEntry> leaves, int from)
    {
        int count = 0;
        for (int i = 0; i < leaves.Length; i += GroupLength(leaves[i..], from, out _))
        {
            count++;
        }

        writer.WriteMapHeader(count);
        for (int i = 0; i < leaves.Length;)
        {
            int group = GroupLength(leaves[i..], from, out int end);
            ReadOnlySpan<byte> key = leaves[i].Key.Span;
            writer.WriteString(key[from..end]);
            if (end == key.Length)
            {
                writer.WriteRaw(leaves[i].Value.Span);
            }
            else
            {
                WriteMap(ref writer, leaves.Slice(i, group), end + 1);
            }

            i += group;
        }
    }

    // How many leaves, from the first on, share its name at this depth, and where that name ends.
    private static int GroupLength(ReadOnlySpan<FieldEntry> leaves, int from, out int end)
    {
        ReadOnlySpan<byte> key = leaves[0].Key.Span;
        int length = key[from..].IndexOf(FieldKey.Separator);
        end = length < 0 ? key.Length : from + length;
        int group = 1;
        while (length >= 0 && group < leaves.Length && FieldKey.IsBelow(leaves[group].Key.Span, key[..end]))
        {
            group++;
        }

        return group;
    }
}
