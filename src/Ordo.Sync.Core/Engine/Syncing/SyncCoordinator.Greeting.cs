using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Sessions;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Engine.Syncing;

// How the hub and this store get to know one another: once while the app runs, and again where the hub asks for it.
internal sealed partial class SyncCoordinator
{
    private async ValueTask<SessionPeer> GreetOnceAsync(CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        if (_peer is { } greeted)
        {
            return greeted;
        }

        await _greeting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _peer ??= await GreetAsync(catalog, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _greeting.Release();
        }
    }

    // Who refuses whom it has greeted knows another of that id. Where the route went elsewhere meanwhile, it is another one who refuses,
    // and who has heard no hello.
    private async ValueTask<SessionPeer> GreetAgainAsync(
        ReplicaId? refusing, ReplicaId refused, CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        SessionPeer peer = await GreetOnceAsync(catalog, cancellationToken).ConfigureAwait(false);
        if (peer.Replica != refusing)
        {
            return peer;
        }

        await RenewAsync(catalog, refused, cancellationToken).ConfigureAwait(false);
        return await GreetOnceAsync(catalog, cancellationToken).ConfigureAwait(false);
    }

    // It said hello, and is refused all the same: the id is another's there, or nobody can tell. Once until a session has come through: a
    // hub that refuses whoever comes must not be met with new ids for ever.
    private async ValueTask RenewAsync(CollectionCatalog catalog, ReplicaId refused, CancellationToken cancellationToken)
    {
        await _greeting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another scope's session may have been refused too, and been here before.
            if (_isRenewed || store.Replica != refused)
            {
                return;
            }

            await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
            await IncarnationRenewal.RunAsync(transaction, catalog, entropy, cancellationToken).ConfigureAwait(false);
            transaction.Tick(time.GetUtcNow());
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
            _isRenewed = true;
            _peer = null;
        }
        finally
        {
            _greeting.Release();
        }
    }

    private async ValueTask<SessionPeer> GreetAsync(CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        var hello = new HelloRequest(ProtocolLimits.Version, ProtocolLimits.Version, store.Replica, collections);
        hello = hello with { Replica = await IntroduceEarlierAsync(hello, catalog, cancellationToken).ConfigureAwait(false) };
        HelloResponse answer = await Requests.HelloAsync(hello, cancellationToken).ConfigureAwait(false);
        if (answer.Version != ProtocolLimits.Version)
        {
            throw new SyncException(
                SyncErrorCode.ProtocolVersion,
                $"The hub {transport.PeerName} answered in version {answer.Version} of the protocol, this device speaks "
                + $"{ProtocolLimits.Version}.",
                "Upgrade the older side.");
        }

        if (!answer.Mismatches.IsEmpty)
        {
            CollectionDescriptor there = answer.Mismatches[0];
            throw new SyncException(
                SyncErrorCode.StrategyMismatch,
                $"The collection '{there.Name}' is declared here as {CollectionCatalog.Describe(catalog.Descriptors[there.Name])}, at "
                + $"the hub as {CollectionCatalog.Describe(there)}.",
                "All devices and the hub must declare a collection with the same strategy and the same kind of store.");
        }

        await NotePeerAsync(answer.Replica, cancellationToken).ConfigureAwait(false);
        int pageBytes = Math.Clamp(answer.PageBytesMax, 1024, options.PageBytesMax);
        return new SessionPeer(Requests, answer.Replica, pageBytes);
    }

    // The hub takes versions only of replicas that said hello: what was written under an earlier incarnation must not wait for
    // ever because that one never got so far. Returns the incarnation that followed those: one that is taken meanwhile is introduced when
    // the hub refuses it, so that none is left out between them.
    private async ValueTask<ReplicaId> IntroduceEarlierAsync(
        HelloRequest hello, CollectionCatalog catalog, CancellationToken cancellationToken)
    {
        (ReplicaId self, IReadOnlyList<ReplicaId> earlier) = await ListUngreetedAsync(cancellationToken).ConfigureAwait(false);
        var refused = new List<ReplicaId>();
        foreach (ReplicaId replica in earlier)
        {
            if (!await TryGreetAsAsync(hello with { Replica = replica }, cancellationToken).ConfigureAwait(false))
            {
                refused.Add(replica);
            }
        }

        if (!await TryStateAnewAsync(catalog, refused, cancellationToken).ConfigureAwait(false))
        {
            return self;
        }

        // What was the present one is an earlier one now. Once: a hub that refuses whoever comes must not be met with new ids for ever.
        (ReplicaId renewed, IReadOnlyList<ReplicaId> all) = await ListUngreetedAsync(cancellationToken).ConfigureAwait(false);
        foreach (ReplicaId replica in all.Except(earlier))
        {
            await TryGreetAsAsync(hello with { Replica = replica }, cancellationToken).ConfigureAwait(false);
        }

        return renewed;
    }

    private async ValueTask<bool> TryGreetAsAsync(HelloRequest hello, CancellationToken cancellationToken)
    {
        try
        {
            await Requests.HelloAsync(hello, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.IdentityRefused)
        {
            // It is somebody else's at the hub, or known there by way of others alone.
            return false;
        }
    }

    // What waits under an incarnation that this store gave up by itself nobody else brings. Of others the store may be a copy of theirs,
    // and they bring what is theirs.
    private async ValueTask<bool> TryStateAnewAsync(
        CollectionCatalog catalog, List<ReplicaId> refused, CancellationToken cancellationToken)
    {
        if (refused.Count == 0)
        {
            return false;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (!await IncarnationRenewal.TryRunAsync(transaction, catalog, entropy, refused, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        transaction.Tick(time.GetUtcNow());
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // The present incarnation, and the earlier ones where there are writes that nobody has acknowledged yet.
    private async ValueTask<(ReplicaId Self, IReadOnlyList<ReplicaId> Earlier)> ListUngreetedAsync(CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ReplicaId> all = await Incarnations.ListAsync(snapshot, cancellationToken).ConfigureAwait(false);
        if (all.Count == 1)
        {
            return (snapshot.Replica, []);
        }

        JournalStatus journal = await snapshot.GetJournalStatusAsync(scope: null, cancellationToken).ConfigureAwait(false);
        return (snapshot.Replica, journal.PendingCount == 0 ? [] : [.. all.Take(all.Count - 1)]);
    }

    // Which peers were met is remembered, so that what is remembered of them can be forgotten with a scope.
    private async ValueTask NotePeerAsync(ReplicaId peer, CancellationToken cancellationToken)
    {
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await snapshot.GetLocalAsync(ScopeDeparture.PeersArea, peer.ToString(), cancellationToken)
                .ConfigureAwait(false) is not null)
            {
                return;
            }
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(
            ScopeDeparture.PeersArea, peer.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }
}
