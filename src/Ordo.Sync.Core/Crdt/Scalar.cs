using System.Globalization;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A value of a conflict-free type: a string, 64-bit integer, double, Boolean or bytes. Immutable (bytes are copied in);
/// equality and order are by kind and content, the same on every machine.
/// </summary>
public readonly struct Scalar : IEquatable<Scalar>, IComparable<Scalar>
{
    private readonly object? _reference;
    private readonly long _bits;

    private Scalar(ScalarKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    /// <summary>What this value is.</summary>
    public ScalarKind Kind { get; }

    /// <summary>Makes a string value.</summary>
    /// <exception cref="ArgumentException">Half a surrogate pair is in it, which does not survive being encoded.</exception>
    public static Scalar Of(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') >= 0 && !Encoding.Utf8.IsWellFormed(value))
        {
            throw new ArgumentException("The string holds half a surrogate pair.", nameof(value));
        }

        return new Scalar(ScalarKind.Text, 0, value);
    }

    /// <summary>Makes an integer value.</summary>
    public static Scalar Of(long value) => new(ScalarKind.Whole, value, null);

    /// <summary>Makes a double value.</summary>
    public static Scalar Of(double value) => new(ScalarKind.Real, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>Makes a truth value.</summary>
    public static Scalar Of(bool value) => new(ScalarKind.Boolean, value ? 1 : 0, null);

    /// <summary>Makes a bytes value of a copy of <paramref name="value"/>.</summary>
    public static Scalar Of(ReadOnlySpan<byte> value) => new(ScalarKind.Bytes, 0, value.ToArray());

    /// <summary>The string.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public string AsString() => (string)Require(ScalarKind.Text)._reference!;

    /// <summary>The integer.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public long AsInteger() => Require(ScalarKind.Whole)._bits;

    /// <summary>The double.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public double AsDouble() => BitConverter.Int64BitsToDouble(Require(ScalarKind.Real)._bits);

    /// <summary>The truth value.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool AsBoolean() => Require(ScalarKind.Boolean)._bits != 0;

    /// <summary>The bytes, not to be changed.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public ReadOnlyMemory<byte> AsBytes() => (byte[])Require(ScalarKind.Bytes)._reference!;

    /// <inheritdoc/>
    public bool Equals(Scalar other) => Kind == other.Kind && Kind switch
    {
        ScalarKind.Text => string.Equals((string)_reference!, (string)other._reference!, StringComparison.Ordinal),
        ScalarKind.Bytes => ((byte[])_reference!).AsSpan().SequenceEqual((byte[])other._reference!),
        _ => _bits == other._bits,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        switch (Kind)
        {
            case ScalarKind.Text:
                hash.Add((string)_reference!, StringComparer.Ordinal);
                break;
            case ScalarKind.Bytes:
                hash.AddBytes((byte[])_reference!);
                break;
            default:
                hash.Add(_bits);
                break;
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(Scalar other) => Kind != other.Kind ? Kind.CompareTo(other.Kind) : Kind switch
    {
        ScalarKind.Text => string.CompareOrdinal((string)_reference!, (string)other._reference!),
        ScalarKind.Bytes => ((byte[])_reference!).AsSpan().SequenceCompareTo((byte[])other._reference!),
        ScalarKind.Real => AsDouble().CompareTo(other.AsDouble()) is var order and not 0
            ? order
            : _bits.CompareTo(other._bits),
        _ => _bits.CompareTo(other._bits),
    };

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ScalarKind.Text => (string)_reference!,
        ScalarKind.Bytes => Convert.ToHexStringLower((byte[])_reference!),
        ScalarKind.Real => AsDouble().ToString("R", CultureInfo.InvariantCulture),
        ScalarKind.Boolean => _bits != 0 ? "true" : "false",
        _ => _bits.ToString(CultureInfo.InvariantCulture),
    };

    private Scalar Require(ScalarKind kind) => Kind == kind
        ? this
        : throw new InvalidOperationException($"The value is a {Kind}, not a {kind}; use the untyped access to read it.");

    /// <summary>Whether both are of one kind and content.</summary>
    public static bool operator ==(Scalar left, Scalar right) => left.Equals(right);

    /// <summary>Whether they differ in kind or content.</summary>
    public static bool operator !=(Scalar left, Scalar right) => !left.Equals(right);

    /// <summary>By kind, then content.</summary>
    public static bool operator <(Scalar left, Scalar right) => left.CompareTo(right) < 0;

    /// <summary>By kind, then content.</summary>
    public static bool operator >(Scalar left, Scalar right) => left.CompareTo(right) > 0;

    /// <summary>By kind, then content.</summary>
    public static bool operator <=(Scalar left, Scalar right) => left.CompareTo(right) <= 0;

    /// <summary>By kind, then content.</summary>
    public static bool operator >=(Scalar left, Scalar right) => left.CompareTo(right) >= 0;
}
