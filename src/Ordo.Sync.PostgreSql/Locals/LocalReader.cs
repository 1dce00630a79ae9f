using Npgsql;
using NpgsqlTypes;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Locals;

/// <summary>Reads <c>locals</c>: durable entries that do not replicate.</summary>
internal static class LocalReader
{
    private const string SelectOne = "SELECT key, value FROM locals WHERE area = $1 AND key = $2";

    private const string SelectPage =
        "SELECT key, value FROM locals WHERE area = $1 AND ($2::text IS NULL OR key > $2) ORDER BY key LIMIT $3";

    public static async ValueTask<byte[]?> GetAsync(
        Session session, string area, string key, CancellationToken cancellationToken)
    {
        List<LocalEntry> found = await session.ReadAsync(
            [Session.Command(SelectOne, area, key)], ReadEntriesAsync, cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0].Value.ToArray();
    }

    /// <summary>Asks for an entry.</summary>
    public static NpgsqlBatchCommand SelectCommand(LocalEntryName name) => Session.Command(SelectOne, name.Area, name.Key);

    /// <summary>Whether a result is what <see cref="SelectCommand"/> asks for.</summary>
    public static bool IsEntry(NpgsqlDataReader reader) => reader.FieldCount == 2 && reader.GetName(1) == "value";

    /// <summary>Reads the entry that was asked for; <see langword="null"/> where there is none.</summary>
    public static async Task<byte[]?> ReadEntryAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? reader.Bytes(1) : null;

    public static async ValueTask<IReadOnlyList<LocalEntry>> ListAsync(
        Session session, string area, string? afterKey, int countMax, CancellationToken cancellationToken)
    {
        var after = new NpgsqlParameter { Value = afterKey ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
        return await session.ReadAsync(
            [Session.Command(SelectPage, area, after, countMax)], ReadEntriesAsync, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<LocalEntry>> ReadEntriesAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var entries = new List<LocalEntry>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            entries.Add(new LocalEntry(reader.GetString(0), reader.Bytes(1)));
        }

        return entries;
    }
}
