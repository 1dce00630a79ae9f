using System.Security.Cryptography;
using System.Text;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Admission;

/// <summary>Counts what callers bring into a scope, in the transaction that takes it.</summary>
internal static class QuotaLedger
{
    private const string TotalKey = "total";

    /// <summary>Counts a page that the transaction is about to take.</summary>
    /// <param name="transaction">The transaction: it has the scope's lock, so nobody counts beside it.</param>
    /// <param name="quota">What is allowed.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="principal">Who brings the page; <see langword="null"/> for a relay.</param>
    /// <param name="bytes">The page's length.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SyncException">The quota is used up; says when to come again.</exception>
    public static async ValueTask CountAsync(
        IStoreTransaction transaction,
        ScopeQuota quota,
        string scope,
        string? principal,
        int bytes,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        string area = $"quota/{scope}";
        if (quota.ScopeBytesMax is { } scopeMax)
        {
            await CountAsync(TotalKey, scopeMax, "All callers together bring").ConfigureAwait(false);
        }

        if (quota.PrincipalBytesMax is { } principalMax && principal is not null)
        {
            await CountAsync(KeyOf(principal), principalMax, "The caller brings").ConfigureAwait(false);
        }

        async ValueTask CountAsync(string key, long bytesMax, string who)
        {
            ReadOnlyMemory<byte>? stored = await transaction.GetLocalAsync(area, key, cancellationToken).ConfigureAwait(false);
            ByteWindow window = stored is { } value ? ByteWindow.FromBytes(value.Span) : default;
            TimeSpan wait = window.WaitFor(now, quota.Window, bytesMax);
            if (wait > TimeSpan.Zero)
            {
                throw Exceeded($"{who} more than {bytesMax} bytes in {quota.Window} into the scope '{scope}'.", wait);
            }

            await transaction.SetLocalAsync(area, key, window.With(now, quota.Window, bytes).ToBytes(), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static SyncException Exceeded(string what, TimeSpan wait) =>
        new(SyncErrorCode.QuotaExceeded, what, "Nothing is lost; the writes wait and go out later.") { RetryAfter = wait };

    // Of one length, however long a principal's name is, and no name in the table.
    private static string KeyOf(string principal) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(principal)));
}
