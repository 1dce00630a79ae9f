using System.Text;
using Npgsql;
using Ordo.Sync.Causality;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.PostgreSql.State;

/// <summary>
/// Notices, when a store opens, that its database may have gone back in time: a dump read in again has other tables, a database
/// made from this one as a template is another database, a recovery from a backup and a standby that took over begin another
/// timeline. The store would issue dots twice then, so it takes a new incarnation, which is always safe. A disk that was put back below the server looks as before; devices notice that.
/// </summary>
internal static class MediumCheck
{
    private const string Area = "medium";
    private const string Key = "identity";

    private const string SelectMedium =
        """
        SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '/' || 'store'::regclass::oid::text
          || '/' || (SELECT oid::text FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>What this database is, as long as it only goes forward.</summary>
    public static async ValueTask<string> ReadAsync(Session session, CancellationToken cancellationToken) =>
        await session.ReadAsync(
            [new NpgsqlBatchCommand(SelectMedium)],
            async (reader, token) => await reader.ReadAsync(token).ConfigureAwait(false)
                ? reader.GetString(0)
                : throw Failures.Corrupt(session.Store, "the server does not say which it is"),
            cancellationToken).ConfigureAwait(false);

    /// <summary>Compares with what was noted, in a write of the whole store, and takes a new incarnation where it differs.</summary>
    /// <returns>Why; <see langword="null"/> where it is the same, or the store is new.</returns>
    public static async ValueTask<string?> RenewAsync(
        IStoreTransaction transaction, string medium, EntropySource entropy, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? noted = await transaction.GetLocalAsync(Area, Key, cancellationToken).ConfigureAwait(false);
        string? before = noted is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
        if (before == medium)
        {
            return null;
        }

        await transaction.SetLocalAsync(Area, Key, Encoding.UTF8.GetBytes(medium), cancellationToken).ConfigureAwait(false);

        // Earlier releases noted the first two parts alone.
        bool isOther = before is not null && !medium.StartsWith(before + '/', StringComparison.Ordinal);
        if (isOther)
        {
            await Incarnations.RenewAsync(transaction, entropy, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return isOther ? $"its database was restored or copied, or another server took over (it was {before}, it is {medium})" : null;
    }
}
