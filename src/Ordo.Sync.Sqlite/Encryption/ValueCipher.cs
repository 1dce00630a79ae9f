using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>
/// Seals values with AES-256-GCM, and makes tokens that stand for indexed values. For one connection, so for one caller at
/// a time.
/// </summary>
/// <remarks>
/// A sealed value is: the format's number, a random nonce of 12 bytes, the ciphertext, the tag of 16 bytes (NIST SP
/// 800-38D). With random nonces one key is good for 2^32 values; a store that writes a thousand a second has 50 days
/// of that, one that a person writes to has centuries.
/// </remarks>
internal sealed class ValueCipher : IDisposable
{
    /// <summary>The bytes that a value grows by.</summary>
    public const int OverheadBytes = 1 + NonceBytes + TagBytes;

    private const byte Format = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int TokenBytes = 16;

    private readonly AesGcm _sealing;
    private readonly byte[] _tokens;

    public ValueCipher(ReadOnlySpan<byte> sealing, byte[] tokens)
    {
        _sealing = new AesGcm(sealing, TagBytes);
        _tokens = tokens;
    }

    /// <summary>Seals a value for its place.</summary>
    public byte[] Seal(SealedPart part, SealedPlace place, ReadOnlySpan<byte> value)
    {
        byte[] result = new byte[OverheadBytes + value.Length];
        result[0] = Format;
        Span<byte> nonce = result.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        _sealing.Encrypt(
            nonce,
            value,
            result.AsSpan(1 + NonceBytes, value.Length),
            result.AsSpan(result.Length - TagBytes),
            Bind(part, place));
        return result;
    }

    /// <summary>Opens a value at its place.</summary>
    /// <exception cref="Errors.SyncException">It was changed, or it was sealed for another place.</exception>
    public byte[] Open(string store, SealedPart part, SealedPlace place, ReadOnlySpan<byte> sealedValue)
    {
        if (sealedValue.Length < OverheadBytes || sealedValue[0] != Format)
        {
            throw Failures.Corrupt(store, "a value is not sealed, although the store is encrypted");
        }

        byte[] value = new byte[sealedValue.Length - OverheadBytes];
        try
        {
            _sealing.Decrypt(
                sealedValue.Slice(1, NonceBytes),
                sealedValue.Slice(1 + NonceBytes, value.Length),
                sealedValue[^TagBytes..],
                value,
                Bind(part, place));
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw Failures.Corrupt(store, $"a sealed value ({part}) was changed or moved", exception);
        }

        return value;
    }

    /// <summary>
    /// What stands for a value in an index: the same for equal values of one field, of no order. <see langword="null"/>
    /// where no value of the column can be equal to this one.
    /// </summary>
    public byte[]? Token(CollectionTable table, IndexColumn column, IndexValue value)
    {
        Span<byte> number = stackalloc byte[8];
        byte[] content;
        switch (column.Definition.Type)
        {
            case IndexType.Text when value.Text is { } text:
                content = Encoding.UTF8.GetBytes(text);
                break;
            case IndexType.Integer when Integer(value) is { } integer:
                BinaryPrimitives.WriteInt64BigEndian(number, integer);
                content = number.ToArray();
                break;
            case IndexType.Real when Real(value) is { } real:
                BinaryPrimitives.WriteDoubleBigEndian(number, real);
                content = number.ToArray();
                break;
            default:
                return null;
        }

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _tokens);
        BinaryPrimitives.WriteInt64BigEndian(number, table.Id);
        hash.AppendData(number);
        byte[] field = Encoding.UTF8.GetBytes(column.Definition.Field);
        BinaryPrimitives.WriteInt64BigEndian(number, field.Length);
        hash.AppendData(number);
        hash.AppendData(field);
        hash.AppendData(content);
        return hash.GetHashAndReset()[..TokenBytes];
    }

    /// <inheritdoc/>
    public void Dispose() => _sealing.Dispose();

    // Equal numbers have one form: what a query asks for may have come as the other kind.
    private static long? Integer(IndexValue value) => value.Integer
        ?? (value.Real is { } real && real >= long.MinValue && real < 9223372036854775808.0 && Math.Truncate(real) == real
            ? (long)real
            : null);

    private static double? Real(IndexValue value)
    {
        double? real = value.Real
            ?? (value.Integer is { } integer && IndexValue.Of((double)integer).CompareTo(value) == 0 ? integer : null);
        return real == 0 ? 0.0 : real;
    }

    private static byte[] Bind(SealedPart part, SealedPlace place)
    {
        byte[] bound = new byte[17 + Encoding.UTF8.GetByteCount(place.Key)];
        bound[0] = (byte)part;
        BinaryPrimitives.WriteInt64BigEndian(bound.AsSpan(1), place.Scope);
        BinaryPrimitives.WriteInt64BigEndian(bound.AsSpan(9), place.Container);
        Encoding.UTF8.GetBytes(place.Key, bound.AsSpan(17));
        return bound;
    }
}
