using System.Security.Cryptography;

namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>
/// The key that a store's values are sealed with: random, made with the store, kept in it under the app's key. So a
/// rotation of the app's key writes one row, however large the store is.
/// </summary>
internal sealed class DataKey
{
    private readonly byte[] _sealing;
    private readonly byte[] _tokens;

    /// <param name="secret">The 32 random bytes of a store.</param>
    public DataKey(ReadOnlySpan<byte> secret)
    {
        _sealing = Derive(secret, "ordo sync sqlite: values"u8);
        _tokens = Derive(secret, "ordo sync sqlite: index tokens"u8);
    }

    /// <summary>Makes a cipher for one connection.</summary>
    public ValueCipher CreateCipher() => new(_sealing, _tokens);

    // One key, one use: what is learned of tokens must not help with values.
    private static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> use)
    {
        byte[] derived = new byte[SqliteEncryptionKey.SizeBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, secret, derived, use);
        return derived;
    }
}
