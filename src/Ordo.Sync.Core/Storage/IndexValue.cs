using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>A value of an indexed field: absent, an integer, a number or text.</summary>
/// <remarks>Absent sorts first; integers and numbers compare as numbers; text follows, by its UTF-8 bytes.</remarks>
public readonly record struct IndexValue : IComparable<IndexValue>
{
    private readonly object? _value;

    private IndexValue(object? value) => _value = value;

    /// <summary>The value of a field that is absent or of another type.</summary>
    public static IndexValue Absent => default;

    /// <summary>Whether there is no value.</summary>
    public bool IsAbsent => _value is null;

    /// <summary>The integer, or <see langword="null"/> where it is none.</summary>
    public long? Integer => _value as long?;

    /// <summary>The number, or <see langword="null"/> where it is none.</summary>
    public double? Real => _value as double?;

    /// <summary>The text, or <see langword="null"/> where it is none.</summary>
    public string? Text => _value as string;

    /// <summary>An integer.</summary>
    public static IndexValue Of(long value) => new(value);

    /// <summary>A number; not NaN.</summary>
    /// <exception cref="ArgumentException">The number is NaN, which has no place in an order.</exception>
    public static IndexValue Of(double value) =>
        double.IsNaN(value) ? throw new ArgumentException("NaN cannot be indexed.", nameof(value)) : new(value);

    /// <summary>Text.</summary>
    public static IndexValue Of(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new IndexValue(value);
    }

    /// <inheritdoc/>
    public int CompareTo(IndexValue other) => (_value, other._value) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string left, string right) => Utf8Order.Compare(left, right),
        (string, _) => 1,
        (_, string) => -1,
        (long left, long right) => left.CompareTo(right),
        (long left, double right) => Compare(left, right),
        (double left, long right) => -Compare(right, left),
        _ => ((double)_value).CompareTo((double)other._value),
    };

    /// <inheritdoc/>
    public override string ToString() => _value?.ToString() ?? "absent";

    /// <summary>Before in the order.</summary>
    public static bool operator <(IndexValue left, IndexValue right) => left.CompareTo(right) < 0;

    /// <summary>Behind in the order.</summary>
    public static bool operator >(IndexValue left, IndexValue right) => left.CompareTo(right) > 0;

    /// <summary>Before in the order, or equal.</summary>
    public static bool operator <=(IndexValue left, IndexValue right) => left.CompareTo(right) <= 0;

    /// <summary>Behind in the order, or equal.</summary>
    public static bool operator >=(IndexValue left, IndexValue right) => left.CompareTo(right) >= 0;

    // Exactly, as databases do: a double has no room for all long integers, and rounding would make unequal ones equal.
    private static int Compare(long integer, double number)
    {
        const double IntegersEnd = 9223372036854775808.0;
        if (number >= IntegersEnd)
        {
            return -1;
        }

        if (number < -IntegersEnd)
        {
            return 1;
        }

        double whole = Math.Truncate(number);
        int byWhole = integer.CompareTo((long)whole);
        return byWhole != 0 ? byWhole : 0.0.CompareTo(number - whole);
    }
}
