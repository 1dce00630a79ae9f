using System.Text;

namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>
/// A key that opens an encrypted store: 256 random bits under a name. Immutable; it keeps a copy of the bytes.
/// </summary>
/// <remarks>
/// Not a password: derive a key from one with <c>Rfc2898DeriveBytes.Pbkdf2</c>, or better keep random bytes in the
/// platform's key store.
/// </remarks>
public sealed class SqliteEncryptionKey
{
    /// <summary>The bytes of a key.</summary>
    public const int SizeBytes = 32;

    /// <summary>The most bytes a key's name has in UTF-8.</summary>
    public const int IdBytesMax = 64;

    private readonly byte[] _bytes;

    /// <summary>Makes a key.</summary>
    /// <param name="id">Its name, 1 to 64 bytes in UTF-8; not secret: the store's file names the key it needs.</param>
    /// <param name="bytes">32 bytes from a random generator or a key derivation.</param>
    /// <exception cref="ArgumentException">The name or the number of bytes is outside its range.</exception>
    public SqliteEncryptionKey(string id, ReadOnlySpan<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (Encoding.UTF8.GetByteCount(id) > IdBytesMax)
        {
            throw new ArgumentException($"A key's name has at most {IdBytesMax} bytes in UTF-8.", nameof(id));
        }

        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException($"A key has {SizeBytes} bytes, not {bytes.Length}.", nameof(bytes));
        }

        Id = id;
        _bytes = bytes.ToArray();
    }

    /// <summary>The key's name.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The key's name; never its bytes.</summary>
    public override string ToString() => Id;
}
