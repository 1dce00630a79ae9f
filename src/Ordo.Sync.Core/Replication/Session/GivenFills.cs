using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// Of which scopes somebody else fills his own, page by page, from this replica. Who is being filled answers nobody until that is over, so
/// replicas that fill from one another in a ring would wait for ever. None ever does both in a scope: from whom a fill was begun does not
/// begin one, and takes its first transfer in stages instead, during which it answers.
/// </summary>
/// <remarks>
/// The note and the first page of an own fill are transactions of one store, of which the second finds the first. The note is on the disk
/// before the page goes out. It lasts as long as the incarnation is known by what it gave: until the scope is left or starts anew.
/// </remarks>
internal static class GivenFills
{
    private const string Area = "given-fills";

    /// <summary>Whether somebody may be filling a scope from this replica.</summary>
    public static async ValueTask<bool> HasAsync(IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken) =>
        await snapshot.GetLocalAsync(Area, scope, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>
    /// Notes that somebody begins to fill a scope from this replica, or goes on; the note is on the disk when the store has persisted. Not
    /// where an own fill has begun since the snapshot was read.
    /// </summary>
    public static async ValueTask<bool> TryNoteAsync(
        IRecordStore store, IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        if (await HasAsync(snapshot, scope, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        ScopeState state = await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        if (!state.Exceptions.IsEmpty)
        {
            return false;
        }

        await transaction.SetLocalAsync(Area, scope, ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Forgets it, in the transaction that drops the scope.</summary>
    public static ValueTask DropAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(Area, scope, cancellationToken);
}
