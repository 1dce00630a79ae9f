using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Responder;

/// <summary>
/// The hub's end of the lease chain: for every replica and scope the link that its last push proposed. A push that presents another
/// one comes from a store that went back in time, or from one of two copies: of two that hold the same link, the first to push
/// replaces it. Written in the transaction that applies the push.
/// </summary>
internal static class LeaseRegister
{
    private const int LinkBytes = 16;

    /// <summary>Where the link of a replica in a scope stands.</summary>
    public static LocalEntryName EntryOf(ReplicaId self, string scope, ReplicaId replica) => new(AreaOf(self, replica), scope);

    /// <summary>The link held for a replica in a scope; zero for none.</summary>
    public static async ValueTask<UInt128> ReadAsync(
        IStoreSnapshot snapshot, string scope, ReplicaId replica, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? link = await snapshot
            .GetLocalAsync(AreaOf(snapshot.Replica, replica), scope, cancellationToken).ConfigureAwait(false);
        return link is { Length: LinkBytes } bytes ? BinaryPrimitives.ReadUInt128BigEndian(bytes.Span) : UInt128.Zero;
    }

    /// <summary>
    /// Whether a push continues the chain, or repeats the one that made its last link. Where no link is held (a first push, a hub put
    /// back to before it), and for callers without leases, every push does.
    /// </summary>
    public static bool Continues(PushRequest request, UInt128 held) =>
        request.NextLease == UInt128.Zero || held == UInt128.Zero || held == request.Lease || held == request.NextLease;

    /// <summary>Makes a push's proposal the link held.</summary>
    public static ValueTask WriteAsync(
        IStoreTransaction transaction, PushRequest request, CancellationToken cancellationToken)
    {
        if (request.NextLease == UInt128.Zero)
        {
            return ValueTask.CompletedTask;
        }

        var link = new byte[LinkBytes];
        BinaryPrimitives.WriteUInt128BigEndian(link, request.NextLease);
        return transaction.SetLocalAsync(AreaOf(transaction.Replica, request.Replica), request.Scope, link, cancellationToken);
    }

    /// <summary>
    /// Ends a push that is refused: no late copy of it is taken, whatever the time is then. Where the chain went on meanwhile, nothing
    /// happens.
    /// </summary>
    /// <returns>The link held.</returns>
    public static async ValueTask<UInt128> RefuseAsync(
        IRecordStore store, PushRequest request, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(request.Scope, cancellationToken).ConfigureAwait(false);
        UInt128 held = await ReadAsync(transaction, request.Scope, request.Replica, cancellationToken).ConfigureAwait(false);
        if (request.NextLease == UInt128.Zero || held == request.NextLease || !Continues(request, held))
        {
            return held;
        }

        UInt128 refused = LeaseLink.Refused(request.NextLease);
        await WriteAsync(transaction, request with { NextLease = refused }, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        return refused;
    }

    // A hub that takes a new incarnation begins new chains: what it held may be older than what its callers remember.
    private static string AreaOf(ReplicaId self, ReplicaId replica) => $"lease-of/{self}/{replica}";
}
