using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.State;

/// <summary>Reads and writes <c>ordo_local</c>.</summary>
internal static class LocalTable
{
    private static readonly SqlText SelectValue = new("SELECT value FROM ordo_local WHERE area = ?1 AND key = ?2");

    private static readonly SqlText SelectAfter =
        new("SELECT key, value FROM ordo_local WHERE area = ?1 AND key > ?2 ORDER BY key LIMIT ?3");

    private static readonly SqlText SelectAll =
        new("SELECT key, value FROM ordo_local WHERE area = ?1 ORDER BY key LIMIT ?2");

    private static readonly SqlText Upsert = new(
        "INSERT INTO ordo_local(area, key, value) VALUES(?1, ?2, ?3) ON CONFLICT(area, key) DO UPDATE SET value = ?3");

    private static readonly SqlText Delete = new("DELETE FROM ordo_local WHERE area = ?1 AND key = ?2");

    public static ReadOnlyMemory<byte>? Get(Connection connection, string area, string key)
    {
        using Statement row = connection.Prepare(SelectValue).Bind(1, area).Bind(2, key);
        return row.Step() ? Unseal(connection, area, key, row.GetSpan(0)) : default(ReadOnlyMemory<byte>?);
    }

    public static IReadOnlyList<LocalEntry> List(Connection connection, string area, string? afterKey, int countMax)
    {
        using Statement row = afterKey is null
            ? connection.Prepare(SelectAll).Bind(1, area).Bind(2, countMax)
            : connection.Prepare(SelectAfter).Bind(1, area).Bind(2, afterKey).Bind(3, countMax);
        var entries = new List<LocalEntry>();
        while (row.Step())
        {
            string key = row.GetText(0);
            entries.Add(new LocalEntry(key, Unseal(connection, area, key, row.GetSpan(1))));
        }

        return entries;
    }

    public static void Set(Connection connection, string area, string key, ReadOnlySpan<byte> value) =>
        connection.Prepare(Upsert)
            .Bind(1, area)
            .Bind(2, key)
            .BindBlob(3, connection.Seal(SealedPart.Local, SealedPlace.OfLocal(area, key), value))
            .Run();

    public static bool Remove(Connection connection, string area, string key)
    {
        connection.Prepare(Delete).Bind(1, area).Bind(2, key).Run();
        return connection.Changes > 0;
    }

    private static byte[] Unseal(Connection connection, string area, string key, ReadOnlySpan<byte> stored) =>
        connection.Unseal(SealedPart.Local, SealedPlace.OfLocal(area, key), stored);
}
