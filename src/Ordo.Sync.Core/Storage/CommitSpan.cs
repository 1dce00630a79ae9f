using System.Diagnostics;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage;

/// <summary>Commits with a span around it, so that a trace shows what the store takes of a sync.</summary>
internal static class CommitSpan
{
    /// <summary>Commits; see <see cref="IStoreTransaction.CommitAsync"/>.</summary>
    public static ValueTask CommitTracedAsync(
        this IStoreTransaction transaction, Durability durability, CancellationToken cancellationToken)
    {
        Activity? activity = SyncActivities.Start("ordo.sync.commit", ActivityKind.Internal);
        return activity is null
            ? transaction.CommitAsync(durability, cancellationToken)
            : CommitAsync(transaction, durability, activity, cancellationToken);
    }

    private static async ValueTask CommitAsync(
        IStoreTransaction transaction, Durability durability, Activity activity, CancellationToken cancellationToken)
    {
        using (activity)
        {
            activity.SetTag("ordo.sync.durability", durability.ToString());
            try
            {
                await transaction.CommitAsync(durability, cancellationToken).ConfigureAwait(false);
            }
            catch (SyncException exception)
            {
                activity.Fail(exception.Code);
                throw;
            }
        }
    }
}
