using System.Globalization;

namespace Ordo.Sync.Causality;

/// <summary>
/// A hybrid logical timestamp: 48 bits of Unix milliseconds above a 16-bit counter. It is greater than that of everything
/// its version overwrote, however clocks stand. It orders versions for <em>last write wins</em> and for people; it never
/// decides whether versions are concurrent (dots do).
/// </summary>
/// <remarks>Source: Kulkarni, Demirbas, Madappa, Avva, Leone: Logical Physical Clocks (2014).</remarks>
public readonly record struct HybridTimestamp : IComparable<HybridTimestamp>
{
    private const int CounterBits = 16;

    /// <summary>Makes a timestamp of its packed 64 bits.</summary>
    public HybridTimestamp(ulong value) => Value = value;

    /// <summary>Makes a timestamp of Unix milliseconds (0 to 2^48 − 1) with a zero counter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The milliseconds do not fit 48 bits.</exception>
    public static HybridTimestamp FromUnixMilliseconds(long milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(milliseconds, 1L << 48);
        return new HybridTimestamp((ulong)milliseconds << CounterBits);
    }

    /// <summary>The packed 64 bits.</summary>
    public ulong Value { get; }

    /// <summary>The Unix time in milliseconds.</summary>
    public long UnixMilliseconds => (long)(Value >> CounterBits);

    /// <summary>The counter within the millisecond.</summary>
    public int Counter => (int)(Value & ushort.MaxValue);

    /// <summary>The wall-clock part, for display; clamped to what <see cref="DateTimeOffset"/> can hold.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Min(UnixMilliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>The least timestamp greater than this one.</summary>
    public HybridTimestamp Next() => new(checked(Value + 1));

    /// <summary>The greater of two timestamps.</summary>
    public static HybridTimestamp Max(HybridTimestamp left, HybridTimestamp right) => left >= right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(HybridTimestamp other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Time:yyyy-MM-ddTHH:mm:ss.fffZ}+{Counter}");

    /// <summary>Earlier.</summary>
    public static bool operator <(HybridTimestamp left, HybridTimestamp right) => left.Value < right.Value;

    /// <summary>Later.</summary>
    public static bool operator >(HybridTimestamp left, HybridTimestamp right) => left.Value > right.Value;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(HybridTimestamp left, HybridTimestamp right) => left.Value <= right.Value;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(HybridTimestamp left, HybridTimestamp right) => left.Value >= right.Value;
}
