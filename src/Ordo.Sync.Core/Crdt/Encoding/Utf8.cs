using System.Text;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>UTF-8 that refuses what it cannot carry.</summary>
internal static class Utf8
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether every surrogate of the text has its other half.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }

    public static byte[] GetBytes(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Strict.GetByteCount(text)];
        Strict.GetBytes(text, bytes);
        return bytes;
    }

    public static char[] GetChars(ReadOnlySpan<byte> bytes, int lengthMax)
    {
        try
        {
            int length = Strict.GetCharCount(bytes);
            if (length > lengthMax)
            {
                throw new CrdtFormatException($"A text has {length} UTF-16 units; the limit is {lengthMax}.");
            }

            var chars = new char[length];
            Strict.GetChars(bytes, chars);
            return chars;
        }
        catch (DecoderFallbackException exception)
        {
            throw new CrdtFormatException("A text is not well-formed UTF-8.", exception);
        }
    }
}
