using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// Watches, in the sessions of one scope with one peer, whether another store speaks under this replica's id: a copy, or this one
/// before it went back in time. Two signs: the peer holds a link of the lease chain that this side never proposed; the peer knows
/// writes of this replica that it does not know itself. Either ends the session before anything of the answer is learnt.
/// </summary>
internal sealed class IncarnationGuard(
    IRecordStore store, CollectionCatalog catalog, ReplicaId peer, string scope, EntropySource entropy)
{
    /// <summary>Whether the peer may hold this link, or none, without there being another store like this one.</summary>
    /// <param name="link">The link.</param>
    /// <param name="asker">Under which incarnation the peer was asked: the link is of its chain.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="SyncException">This replica has taken another incarnation since.</exception>
    public async ValueTask<bool> KnowsAsync(UInt128 link, ReplicaId asker, CancellationToken cancellationToken)
    {
        if (link == UInt128.Zero)
        {
            return true;
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        RequireStill(asker, snapshot);
        LeaseChain chain = await LeaseChain.ReadAsync(snapshot, peer, scope, cancellationToken).ConfigureAwait(false);
        return chain.Knows(link);
    }

    /// <summary>Takes a link for confirmed that the peer showed to hold.</summary>
    public async ValueTask ConfirmAsync(UInt128 link, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await ConfirmAsync(transaction, link, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ConfirmAsync(UInt128, CancellationToken)"/>
    public async ValueTask ConfirmAsync(IStoreTransaction transaction, UInt128 link, CancellationToken cancellationToken)
    {
        LeaseChain chain = await LeaseChain.ReadAsync(transaction, peer, scope, cancellationToken).ConfigureAwait(false);
        await (chain with { Confirmed = link }).WriteAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether so many pushes were never answered that the peer has to be asked which link it holds before the next.</summary>
    public async ValueTask<bool> MustAskAsync(CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (await LeaseChain.ReadAsync(snapshot, peer, scope, cancellationToken).ConfigureAwait(false)).IsFull;
    }

    /// <summary>
    /// Gives a push its lease, durable before the push is sent, as are the versions in it. Pages that are only staged need none.
    /// </summary>
    /// <param name="request">The push.</param>
    /// <param name="latest">The latest timestamp in the pages of the push.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<PushRequest> ProposeAsync(
        PushRequest request, HybridTimestamp latest, CancellationToken cancellationToken)
    {
        if (!request.IsFinal)
        {
            await store.PersistAsync(cancellationToken).ConfigureAwait(false);
            return request;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        RequireStill(request.Replica, transaction);
        LeaseChain chain = await LeaseChain.ReadAsync(transaction, peer, scope, cancellationToken).ConfigureAwait(false);
        LeaseChain proposed = chain.Propose(entropy, out UInt128 link);
        await proposed.WriteAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        SpreadMark mark = await SpreadMark.ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        long upTo = await CountOwnAsync(transaction, PageReader.Open(request.Page).Header.Knowledge, cancellationToken)
            .ConfigureAwait(false);
        SpreadMark pushed = mark.Push(peer, upTo, latest);
        if (!ReferenceEquals(pushed, mark))
        {
            await pushed.WriteAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        }

        // On the disk: a power cut that took the proposal, but not the push, would make this store look like a copy of itself.
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return request with { Lease = chain.Confirmed, NextLease = link };
    }

    /// <summary>Notes that the peer refused a push for its timestamps, and takes no late copy of it.</summary>
    public async ValueTask RefuseAsync(PushResponse response, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await RefuseAsync(transaction, response, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="RefuseAsync(PushResponse, CancellationToken)"/>
    public async ValueTask RefuseAsync(
        IStoreTransaction transaction, PushResponse response, CancellationToken cancellationToken)
    {
        await ConfirmAsync(transaction, response.Lease, cancellationToken).ConfigureAwait(false);
        await AnswerAsync(transaction, response.Knowledge, isRefused: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes which pushes the peer took, in the transaction that learns how far it knows this replica.</summary>
    public ValueTask TakeAsync(
        IStoreTransaction transaction, GlobalVector peerKnows, CancellationToken cancellationToken) =>
        AnswerAsync(transaction, peerKnows, isRefused: false, cancellationToken);

    private async ValueTask AnswerAsync(
        IStoreTransaction transaction, GlobalVector peerKnows, bool isRefused, CancellationToken cancellationToken)
    {
        SpreadMark mark = await SpreadMark.ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (!mark.Offered.IsEmpty)
        {
            long known = await CountOwnAsync(transaction, peerKnows, cancellationToken).ConfigureAwait(false);
            await mark.Answer(peer, known, isRefused).WriteAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        }
    }

    // Over all incarnations: what an earlier one wrote is pushed too. Each counter only grows from push to push, so that their sum says
    // which pushes a peer took.
    private static async ValueTask<long> CountOwnAsync(
        IStoreSnapshot snapshot, GlobalVector knowledge, CancellationToken cancellationToken) =>
        (await Incarnations.ListAsync(snapshot, cancellationToken).ConfigureAwait(false)).Sum(own => knowledge[own]);

    /// <summary>Whether the peer knows writes of this replica that it does not know itself.</summary>
    public async ValueTask<bool> IsOvertakenAsync(GlobalVector peerKnows, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await IsOvertakenAsync(snapshot, peerKnows, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IsOvertakenAsync(GlobalVector, CancellationToken)"/>
    public async ValueTask<bool> IsOvertakenAsync(
        IStoreSnapshot snapshot, GlobalVector peerKnows, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        int self = snapshot.Replicas.IndexOf(snapshot.Replica);
        return peerKnows[snapshot.Replica] > (self < 0 ? 0 : state.Knowledge[self]);
    }

    // Who comes back to another scope takes a new incarnation in the middle of this session: its chains begin anew, and what the peer
    // holds of the one before would look like a copy's.
    private static void RequireStill(ReplicaId asker, IStoreSnapshot snapshot)
    {
        if (snapshot.Replica != asker)
        {
            throw new SyncException(
                SyncErrorCode.TransferVoid,
                $"This replica went on as {snapshot.Replica} while it synced as {asker}.",
                "Nothing written here is lost; the next sync introduces itself anew.");
        }
    }

    /// <summary>Takes a new incarnation and says that the session has to begin anew under it.</summary>
    public async ValueTask<SyncException> RenewAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        ReplicaId before = transaction.Replica;
        await IncarnationRenewal.RunAsync(transaction, catalog, entropy, cancellationToken).ConfigureAwait(false);
        transaction.Tick(now);
        ReplicaId after = transaction.Replica;
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return new SyncException(
            SyncErrorCode.TransferVoid,
            $"Another store has spoken as the replica {before}: a copy of this one, or this one before it was put back from a "
            + $"backup. It goes on as {after}.",
            "Nothing written here is lost; the sync begins anew.");
    }
}
