using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// Paths as bytes, as states hold them: the UTF-8 names joined by 0xFF, which occurs in no UTF-8. A top-level name is
/// its own
/// key, so that reading a flat payload copies nothing. The order puts what lies below a path right behind it.
/// </summary>
internal static class FieldKey
{
    public const byte Separator = 0xFF;

    /// <summary>The key of the payload itself, under which "exists, without fields" is kept; no name begins with this
    /// byte, so it is last.</summary>
    public static ReadOnlyMemory<byte> Root { get; } = new byte[] { 0xFE };

    public static bool IsRoot(ReadOnlySpan<byte> key) => key.Length == 1 && key[0] == 0xFE;

    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length - right.Length;
        }

        byte l = left[same];
        byte r = right[same];
        return l == Separator ? -1 : r == Separator ? 1 : l - r;
    }

    /// <summary>Whether a path leads into the value that another names.</summary>
    public static bool IsBelow(ReadOnlySpan<byte> key, ReadOnlySpan<byte> above) =>
        key.Length > above.Length && key[above.Length] == Separator && key.StartsWith(above);

    public static ReadOnlyMemory<byte> Append(ReadOnlyMemory<byte> above, ReadOnlyMemory<byte> name)
    {
        var key = new byte[above.Length + 1 + name.Length];
        above.Span.CopyTo(key);
        key[above.Length] = Separator;
        name.Span.CopyTo(key.AsSpan(above.Length + 1));
        return key;
    }

    public static string ToText(ReadOnlySpan<byte> key)
    {
        var names = new List<string>();
        foreach (Range range in key.Split(Separator))
        {
            names.Add(Encoding.UTF8.GetString(key[range]));
        }

        return FieldPath.Join(names);
    }

    /// <summary>Insists that untrusted bytes are a key.</summary>
    /// <exception cref="MessagePackSerializationException">They are not.</exception>
    public static void Check(ReadOnlySpan<byte> key)
    {
        if (IsRoot(key))
        {
            return;
        }

        int depth = 0;
        foreach (Range range in key.Split(Separator))
        {
            if (++depth > FieldLimits.DepthMax)
            {
                throw new MessagePackSerializationException($"A path has more than {FieldLimits.DepthMax} names.");
            }

            CheckName(key[range]);
        }
    }

    public static void CheckName(ReadOnlySpan<byte> name)
    {
        if (!Utf8.IsValid(name))
        {
            throw new MessagePackSerializationException("A field's name is no UTF-8.");
        }
    }
}
