using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>
/// A bound on the values of an index, brought into its type: which of them lie on the asked side of a value of any kind. Exact,
/// also where an integer has no equal among the numbers or the other way round.
/// </summary>
/// <param name="Side">Whether all values lie there, none, or those that compare with <paramref name="Key"/>.</param>
/// <param name="Key">The stored form to compare with.</param>
/// <param name="IsExclusive">Whether an equal value does not lie there.</param>
internal readonly record struct IndexBound(BoundSide Side, byte[] Key, bool IsExclusive)
{
    private const double IntegersEnd = 9223372036854775808.0;

    private static IndexBound All => new(BoundSide.All, [], false);

    private static IndexBound Nothing => new(BoundSide.None, [], false);

    /// <summary>The values of an index that are not less (or greater) than a value.</summary>
    public static IndexBound Of(IndexType type, IndexValue value, bool isLower, bool isExclusive)
    {
        if (value.IsAbsent)
        {
            // Absent sorts before every value.
            return isLower ? All : Nothing;
        }

        if (type == IndexType.Text || value.Text is not null)
        {
            return (type == IndexType.Text, value.Text is not null) switch
            {
                (true, true) => At(IndexKey.Encode(value)!, isExclusive),
                (true, false) => isLower ? All : Nothing,
                _ => isLower ? Nothing : All,
            };
        }

        return type == IndexType.Integer
            ? value.Integer is { } integer ? At(IndexKey.Encode(integer), isExclusive) : OfReal(value.Real!.Value, isLower, isExclusive)
            : value.Real is { } real ? At(IndexKey.Encode(real), isExclusive) : OfInteger(value.Integer!.Value, isLower, isExclusive);
    }

    // A number among integers: the next integer on the asked side.
    private static IndexBound OfReal(double value, bool isLower, bool isExclusive)
    {
        if (value >= IntegersEnd)
        {
            return isLower ? Nothing : All;
        }

        if (value < -IntegersEnd)
        {
            return isLower ? All : Nothing;
        }

        double whole = isLower ? Math.Ceiling(value) : Math.Floor(value);
        return whole >= IntegersEnd
            ? Nothing
            : At(IndexKey.Encode((long)whole), isExclusive && whole == value);
    }

    // An integer among numbers: the nearest number, which may lie on either side of it.
    private static IndexBound OfInteger(long value, bool isLower, bool isExclusive)
    {
        double nearest = value;
        int side = ((Int128)nearest).CompareTo(value);
        return At(IndexKey.Encode(nearest), side == 0 ? isExclusive : side < 0 == isLower);
    }

    private static IndexBound At(byte[] key, bool isExclusive) => new(BoundSide.Compared, key, isExclusive);
}
