using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Encryption;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What an encrypted SQLite store holds: the row with its key, and sealed values.</summary>
internal static class SealedTargets
{
    private static readonly SqliteEncryptionKey Key = new("2026-11", [.. Enumerable.Range(0, SqliteEncryptionKey.SizeBytes).Select(i => (byte)i)]);
    private static readonly SealedPlace Place = new(1, 2, "k");

    public static IEnumerable<FuzzTarget> All()
    {
        byte[] secret = new byte[SqliteEncryptionKey.SizeBytes];
        yield return Stored("sqlite-key-row", KeyRow.Seal(Key, secret), bytes =>
        {
            KeyRow.KeyIdOf("store", bytes);
            if (KeyRow.Open(bytes, Key) is { } opened && !opened.AsSpan().SequenceEqual(secret))
            {
                throw new InvalidOperationException("A changed row gave another key.");
            }
        });
        var cipher = new ValueCipher(Key.Bytes, secret);
        yield return Stored("sqlite-sealed-value", cipher.Seal(SealedPart.Payload, Place, "content"u8), bytes =>
        {
            if (!cipher.Open("store", SealedPart.Payload, Place, bytes).AsSpan().SequenceEqual("content"u8))
            {
                throw new InvalidOperationException("A changed value was opened.");
            }
        });
    }

    private static FuzzTarget Stored(string name, byte[] seed, Action<byte[]> decode) => new(name, [seed], decode)
    {
        IsRefusal = static exception => exception is SyncException { Code: SyncErrorCode.StoreCorrupt },
    };
}
