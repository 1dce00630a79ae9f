namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>Where the keys of an encrypted store come from: the platform's key store, a vault, a user who is asked.</summary>
public interface ISqliteKeyProvider
{
    /// <summary>Gives the keys. Called once, while the store opens; what it throws, the opening throws.</summary>
    /// <param name="store">The store's file.</param>
    /// <param name="cancellationToken">That of the opening.</param>
    ValueTask<SqliteEncryptionKeys> GetKeysAsync(string store, CancellationToken cancellationToken);
}
