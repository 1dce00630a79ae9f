namespace Ordo.Sync.Records;

/// <summary>
/// The order of keys: that of their UTF-8 bytes, which is what SQLite's BINARY and PostgreSQL's "C" collation use, so that
/// a range of keys means the same records on every store. Differs from ordinal UTF-16 order above U+D7FF.
/// </summary>
public static class Utf8Order
{
    /// <summary>Compares two well-formed strings by their UTF-8 bytes.</summary>
    public static int Compare(string left, string right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (ReferenceEquals(left, right))
        {
            return 0;
        }

        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        // Surrogates stand for code points above every other UTF-16 unit: lift them over U+E000..U+FFFF.
        return Lift(left[common]).CompareTo(Lift(right[common]));
    }

    private static int Lift(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
