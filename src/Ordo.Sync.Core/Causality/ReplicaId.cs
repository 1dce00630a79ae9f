using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ordo.Sync.Causality;

/// <summary>
/// The identity of one <em>incarnation</em> of a store: 128 random bits. A store that is created anew, restored from a
/// backup or found to be a copy takes a new one, so an id and a counter together name one version for ever.
/// </summary>
/// <remarks>Ordered as its 16 big-endian bytes. Written as 32 lower-case hexadecimal digits.</remarks>
public readonly struct ReplicaId : IEquatable<ReplicaId>, IComparable<ReplicaId>
{
    /// <summary>The number of bytes an id takes on the wire and on disk: 16.</summary>
    public const int SizeBytes = 16;

    private readonly UInt128 _value;

    /// <summary>Makes an id of its 128 bits.</summary>
    public ReplicaId(UInt128 value) => _value = value;

    /// <summary>Whether this is the default value, which no store ever has.</summary>
    public bool IsEmpty => _value == UInt128.Zero;

    /// <summary>Draws a new id from <paramref name="entropy"/>; never the empty one.</summary>
    public static ReplicaId Create(EntropySource entropy)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        Span<byte> bytes = stackalloc byte[SizeBytes];
        ReplicaId id;
        do
        {
            entropy.Fill(bytes);
            id = Read(bytes);
        }
        while (id.IsEmpty);

        return id;
    }

    /// <summary>Reads an id from the first 16 bytes of <paramref name="source"/>.</summary>
    public static ReplicaId Read(ReadOnlySpan<byte> source) => new(BinaryPrimitives.ReadUInt128BigEndian(source));

    /// <summary>Writes the 16 bytes of this id to <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _value);

    /// <summary>This id's 16 bytes, in a new array.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[SizeBytes];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads the form that <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is not 32 hexadecimal digits.</exception>
    public static ReplicaId Parse(string text) =>
        TryParse(text, out ReplicaId id) ? id : throw new FormatException("A replica id is 32 hexadecimal digits.");

    /// <summary>Reads the form that <see cref="ToString"/> writes, or returns <see langword="false"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReplicaId id)
    {
        id = default;
        if (text is not { Length: SizeBytes * 2 }
            || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value))
        {
            return false;
        }

        id = new ReplicaId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => _value.ToString("x32", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public bool Equals(ReplicaId other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ReplicaId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(ReplicaId other) => _value.CompareTo(other._value);

    /// <summary>Whether both are the same id.</summary>
    public static bool operator ==(ReplicaId left, ReplicaId right) => left.Equals(right);

    /// <summary>Whether they are different ids.</summary>
    public static bool operator !=(ReplicaId left, ReplicaId right) => !left.Equals(right);

    /// <summary>Byte order.</summary>
    public static bool operator <(ReplicaId left, ReplicaId right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(ReplicaId left, ReplicaId right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(ReplicaId left, ReplicaId right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(ReplicaId left, ReplicaId right) => left.CompareTo(right) >= 0;
}
