using System.Security.Cryptography;
using Ordo.Sync.Errors;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>Finds a store's data key while it opens, makes one for a new store, and puts it under a new key.</summary>
internal static class StoreUnlocker
{
    private const string KeyHint =
        "Give the key in SqliteStoreOptions.Encryption, as the current one or among the earlier ones; without it the content is lost.";

    /// <summary>The data key of a store that is only read; <see langword="null"/> where it is not encrypted.</summary>
    /// <exception cref="SyncException">No key given opens the store, or one is given and it is not encrypted.</exception>
    public static DataKey? Unlock(Connection connection, SqliteEncryptionKeys? keys)
    {
        byte[]? row = KeyRow.Read(connection);
        if (row is null)
        {
            return keys is null ? null : throw NotEncrypted(connection);
        }

        return new DataKey(OpenRow(connection, row, keys, out _));
    }

    /// <summary>The data key of a store that is written: a store that holds nothing yet gets one, a rotated key takes effect.</summary>
    /// <exception cref="SyncException">As for <see cref="Unlock"/>.</exception>
    public static DataKey? UnlockForWriting(Connection writer, SqliteEncryptionKeys? keys, out bool isRotated)
    {
        isRotated = false;
        byte[]? row = KeyRow.Read(writer);
        if (row is null)
        {
            if (keys is null)
            {
                return null;
            }

            bool isEmpty = writer.QueryInt64(
                "SELECT EXISTS(SELECT 1 FROM ordo_collection) OR EXISTS(SELECT 1 FROM ordo_scope) "
                + "OR EXISTS(SELECT 1 FROM ordo_local)") == 0;
            byte[] made = isEmpty
                ? RandomNumberGenerator.GetBytes(SqliteEncryptionKey.SizeBytes)
                : throw NotEncrypted(writer);
            KeyRow.Write(writer, keys.Current, made);
            return new DataKey(made);
        }

        byte[] secret = OpenRow(writer, row, keys, out SqliteEncryptionKey opener);
        if (opener != keys!.Current)
        {
            // What the old key could open must not stay behind in the file's free bytes.
            writer.Execute("PRAGMA secure_delete = ON");
            KeyRow.Write(writer, keys.Current, secret);
            writer.Execute("PRAGMA secure_delete = OFF");
            isRotated = true;
        }

        return new DataKey(secret);
    }

    private static byte[] OpenRow(
        Connection connection, byte[] row, SqliteEncryptionKeys? keys, out SqliteEncryptionKey opener)
    {
        string id = KeyRow.KeyIdOf(connection.Name, row);
        if (keys is null)
        {
            throw new SyncException(
                SyncErrorCode.StoreUnavailable,
                $"The store '{connection.Name}' is encrypted with the key '{id}', and no key was given.",
                KeyHint);
        }

        opener = keys.Find(id) ?? throw new SyncException(
            SyncErrorCode.StoreUnavailable,
            $"The store '{connection.Name}' is encrypted with the key '{id}', which is not among the keys given.",
            KeyHint);
        return KeyRow.Open(row, opener) ?? throw new SyncException(
            SyncErrorCode.StoreUnavailable,
            $"The key given as '{id}' is not the one that the store '{connection.Name}' is encrypted with.",
            KeyHint);
    }

    private static SyncException NotEncrypted(Connection connection) => new(
        SyncErrorCode.StoreUnavailable,
        $"The store '{connection.Name}' holds content that is not encrypted, and a key was given.",
        "A store is encrypted from its beginning: open a new file with the key and sync it, or remove "
        + "SqliteStoreOptions.Encryption.");
}
