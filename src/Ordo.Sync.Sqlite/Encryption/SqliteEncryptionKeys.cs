using System.Collections.Immutable;

namespace Ordo.Sync.Sqlite.Encryption;

/// <summary>
/// The key a store is to be encrypted with, and those it may have been encrypted with before. To rotate, make the new key
/// the current one and the old one an earlier one: the next opening for writing puts the store under the new key, and the
/// old one is not needed from then on. Immutable.
/// </summary>
public sealed class SqliteEncryptionKeys : ISqliteKeyProvider
{
    /// <summary>Makes a set of keys.</summary>
    /// <param name="current">The key from now on.</param>
    /// <param name="earlier">Keys that may still be in use.</param>
    /// <exception cref="ArgumentException">Two keys have one name.</exception>
    public SqliteEncryptionKeys(SqliteEncryptionKey current, params ReadOnlySpan<SqliteEncryptionKey> earlier)
    {
        ArgumentNullException.ThrowIfNull(current);
        Current = current;
        Earlier = [.. earlier];
        if (Earlier.Append(current).DistinctBy(key => key.Id).Count() != Earlier.Length + 1)
        {
            throw new ArgumentException("Each key has a name of its own.", nameof(earlier));
        }
    }

    /// <summary>The key from now on.</summary>
    public SqliteEncryptionKey Current { get; }

    /// <summary>Keys that may still be in use.</summary>
    public ImmutableArray<SqliteEncryptionKey> Earlier { get; }

    /// <inheritdoc/>
    ValueTask<SqliteEncryptionKeys> ISqliteKeyProvider.GetKeysAsync(string store, CancellationToken cancellationToken) =>
        new(this);

    internal SqliteEncryptionKey? Find(string id) =>
        Current.Id == id ? Current : Earlier.FirstOrDefault(key => key.Id == id);
}
