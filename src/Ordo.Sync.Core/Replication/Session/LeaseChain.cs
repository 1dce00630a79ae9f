using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// This replica's end of the lease chain with one peer in one scope: the link that the peer last confirmed, and the links proposed
/// last, to whomever, any of which may have reached it though its answer was lost. A peer that holds none of them has heard another
/// store under this replica's id. Durable before a proposal is sent.
/// </summary>
/// <param name="Confirmed">The confirmed link; zero before the first.</param>
/// <param name="Proposed">The links proposed last, oldest first.</param>
internal sealed record LeaseChain(UInt128 Confirmed, IReadOnlyList<UInt128> Proposed)
{
    private const int ProposedMax = 16;
    private const int LinkBytes = 16;

    /// <summary>Whether the peer may hold this link without there being another store like this one.</summary>
    public bool Knows(UInt128 link) => link == Confirmed || Proposed.Contains(link);

    /// <summary>The chain with one more proposal.</summary>
    public LeaseChain Propose(EntropySource entropy, out UInt128 link)
    {
        Span<byte> bytes = stackalloc byte[LinkBytes];
        entropy.Fill(bytes);
        link = BinaryPrimitives.ReadUInt128BigEndian(bytes) | UInt128.One;
        return this with { Proposed = [.. Proposed.TakeLast(ProposedMax - 1), link] };
    }

    public static async ValueTask<LeaseChain> ReadAsync(
        IStoreSnapshot snapshot, ReplicaId peer, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? confirmed = await snapshot
            .GetLocalAsync(ConfirmedArea(peer, snapshot.Replica), scope, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte>? proposed = await snapshot
            .GetLocalAsync(ProposedArea(snapshot.Replica), scope, cancellationToken).ConfigureAwait(false);
        UInt128[] links = Decode(confirmed);
        return new LeaseChain(links.Length > 0 ? links[0] : UInt128.Zero, Decode(proposed));
    }

    private static UInt128[] Decode(ReadOnlyMemory<byte>? entry)
    {
        ReadOnlySpan<byte> bytes = (entry ?? default).Span;
        var links = new UInt128[bytes.Length / LinkBytes];
        for (int i = 0; i < links.Length; i++)
        {
            links[i] = BinaryPrimitives.ReadUInt128BigEndian(bytes[(i * LinkBytes)..]);
        }

        return links;
    }

    private static byte[] Encode(IReadOnlyList<UInt128> links)
    {
        var bytes = new byte[links.Count * LinkBytes];
        for (int i = 0; i < links.Count; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(i * LinkBytes), links[i]);
        }

        return bytes;
    }

    public async ValueTask WriteAsync(
        IStoreTransaction transaction, ReplicaId peer, string scope, CancellationToken cancellationToken)
    {
        await transaction.SetLocalAsync(
            ConfirmedArea(peer, transaction.Replica), scope, Encode([Confirmed]), cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(
            ProposedArea(transaction.Replica), scope, Encode(Proposed), cancellationToken).ConfigureAwait(false);
    }

    // A new incarnation begins a chain of its own.
    private static string ConfirmedArea(ReplicaId peer, ReplicaId self) => $"lease/{peer}/{self}";

    // Whoever was meant: a push may reach a peer that has taken a new identity since its last hello.
    private static string ProposedArea(ReplicaId self) => $"lease-proposed/{self}";
}
