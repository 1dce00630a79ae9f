using System.Security.Cryptography;
using System.Text;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>
/// The row of <c>ordo_meta</c> that makes a store an encrypted one: the data key, sealed with the app's key, and that
/// key's name.
/// </summary>
internal static class KeyRow
{
    private const byte Format = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int FixedBytes = 2 + NonceBytes + SqliteEncryptionKey.SizeBytes + TagBytes;

    private static readonly SqlText Select = new("SELECT value FROM ordo_meta WHERE key = 'encryption'");

    private static readonly SqlText Upsert = new(
        "INSERT INTO ordo_meta(key, value) VALUES('encryption', ?1) ON CONFLICT(key) DO UPDATE SET value = ?1");

    /// <summary>The row's content; <see langword="null"/> where the store is not encrypted.</summary>
    public static byte[]? Read(Connection connection)
    {
        using Statement row = connection.Prepare(Select);
        return row.Step() ? row.GetBlob(0) : null;
    }

    /// <summary>The name of the key that a row asks for.</summary>
    public static string KeyIdOf(string store, ReadOnlySpan<byte> row)
    {
        if (row.Length < FixedBytes || row[0] != Format || row.Length != FixedBytes + row[1])
        {
            throw Failures.Corrupt(store, "what it says of its encryption cannot be read");
        }

        return Encoding.UTF8.GetString(row.Slice(2, row[1]));
    }

    /// <summary>The data key of a row; <see langword="null"/> where the app's key is not the one that sealed it.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> row, SqliteEncryptionKey key)
    {
        int head = 2 + row[1];
        byte[] secret = new byte[SqliteEncryptionKey.SizeBytes];
        try
        {
            using var sealing = new AesGcm(key.Bytes, TagBytes);
            sealing.Decrypt(
                row.Slice(head, NonceBytes),
                row.Slice(head + NonceBytes, secret.Length),
                row[^TagBytes..],
                secret,
                row[..head]);
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Writes the data key under a key of the app.</summary>
    public static void Write(Connection connection, SqliteEncryptionKey key, ReadOnlySpan<byte> secret) =>
        connection.Prepare(Upsert).BindBlob(1, Seal(key, secret)).Run();

    /// <summary>The row that holds a data key under a key of the app.</summary>
    public static byte[] Seal(SqliteEncryptionKey key, ReadOnlySpan<byte> secret)
    {
        byte[] id = Encoding.UTF8.GetBytes(key.Id);
        byte[] row = new byte[FixedBytes + id.Length];
        row[0] = Format;
        row[1] = (byte)id.Length;
        id.CopyTo(row.AsSpan(2));
        int head = 2 + id.Length;
        RandomNumberGenerator.Fill(row.AsSpan(head, NonceBytes));
        using var sealing = new AesGcm(key.Bytes, TagBytes);
        sealing.Encrypt(
            row.AsSpan(head, NonceBytes),
            secret,
            row.AsSpan(head + NonceBytes, secret.Length),
            row.AsSpan(row.Length - TagBytes),
            row.AsSpan(0, head));
        return row;
    }
}
