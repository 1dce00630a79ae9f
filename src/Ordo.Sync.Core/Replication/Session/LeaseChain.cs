using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// This replica's end of the lease chain with one peer in one scope: the link that the peer last confirmed, and the links proposed
/// last, any of which may have reached it though its answer was lost. A peer that holds none of them has heard another store under
/// this replica's id. Durable before a proposal is sent.
/// </summary>
/// <param name="Peer">The peer.</param>
/// <param name="Confirmed">The confirmed link; zero before the first.</param>
/// <param name="Proposed">
/// The links proposed last, oldest first, with whom they were meant for: a push may reach a peer that has taken a new identity since its
/// last hello.
/// </param>
internal sealed record LeaseChain(
    ReplicaId Peer, UInt128 Confirmed, IReadOnlyList<(ReplicaId Peer, UInt128 Link)> Proposed)
{
    // After so many unanswered proposals the peer is asked which link it holds. Twice as many are kept: answers of sessions that ran at
    // the same time may be late.
    private const int UnansweredMax = 16;
    private const int ProposedMax = 2 * UnansweredMax;
    private const int PeersMax = 8;
    private const int LinkBytes = 16;
    private const int ProposalBytes = ReplicaId.SizeBytes + LinkBytes;

    /// <summary>
    /// Whether so many proposals to the peer were made since the confirmed one that it has to be asked for its link before the next: a
    /// device that forgets a proposal which reached the peer takes itself for a copy.
    /// </summary>
    public bool IsFull => Proposed
        .Where(proposal => proposal.Peer == Peer)
        .Reverse()
        .TakeWhile(proposal => proposal.Link != Confirmed && LeaseLink.Refused(proposal.Link) != Confirmed)
        .Count() >= UnansweredMax;

    /// <summary>Whether the peer may hold this link without there being another store like this one.</summary>
    public bool Knows(UInt128 link) => link == Confirmed
        || Proposed.Any(proposal => proposal.Link == link || LeaseLink.Refused(proposal.Link) == link);

    /// <summary>The chain with one more proposal. It pushes out none that was meant for another peer, but for a device that meets many.</summary>
    public LeaseChain Propose(EntropySource entropy, out UInt128 link)
    {
        Span<byte> bytes = stackalloc byte[LinkBytes];
        entropy.Fill(bytes);
        link = LeaseLink.Of(bytes);
        int surplus = Proposed.Count(proposal => proposal.Peer == Peer) - ProposedMax + 1;
        IEnumerable<(ReplicaId Peer, UInt128 Link)> left = Proposed.Where(proposal => proposal.Peer != Peer || --surplus < 0);
        return this with { Proposed = [.. left.TakeLast((PeersMax * ProposedMax) - 1), (Peer, link)] };
    }

    public static async ValueTask<LeaseChain> ReadAsync(
        IStoreSnapshot snapshot, ReplicaId peer, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? confirmed = await snapshot
            .GetLocalAsync(ConfirmedArea(peer, snapshot.Replica), scope, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte>? proposed = await snapshot
            .GetLocalAsync(ProposedArea(snapshot.Replica), scope, cancellationToken).ConfigureAwait(false);
        UInt128 link = confirmed is { Length: LinkBytes } bytes
            ? BinaryPrimitives.ReadUInt128BigEndian(bytes.Span)
            : UInt128.Zero;
        return new LeaseChain(peer, link, Decode((proposed ?? default).Span));
    }

    public async ValueTask WriteAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken)
    {
        var link = new byte[LinkBytes];
        BinaryPrimitives.WriteUInt128BigEndian(link, Confirmed);
        await transaction.SetLocalAsync(ConfirmedArea(Peer, transaction.Replica), scope, link, cancellationToken)
            .ConfigureAwait(false);
        await transaction.SetLocalAsync(ProposedArea(transaction.Replica), scope, Encode(Proposed), cancellationToken)
            .ConfigureAwait(false);
    }

    private static (ReplicaId Peer, UInt128 Link)[] Decode(ReadOnlySpan<byte> bytes)
    {
        var proposals = new (ReplicaId Peer, UInt128 Link)[bytes.Length / ProposalBytes];
        for (int i = 0; i < proposals.Length; i++)
        {
            ReadOnlySpan<byte> proposal = bytes.Slice(i * ProposalBytes, ProposalBytes);
            proposals[i] = (
                ReplicaId.Read(proposal),
                BinaryPrimitives.ReadUInt128BigEndian(proposal[ReplicaId.SizeBytes..]));
        }

        return proposals;
    }

    private static byte[] Encode(IReadOnlyList<(ReplicaId Peer, UInt128 Link)> proposals)
    {
        var bytes = new byte[proposals.Count * ProposalBytes];
        for (int i = 0; i < proposals.Count; i++)
        {
            Span<byte> proposal = bytes.AsSpan(i * ProposalBytes, ProposalBytes);
            proposals[i].Peer.Write(proposal);
            BinaryPrimitives.WriteUInt128BigEndian(proposal[ReplicaId.SizeBytes..], proposals[i].Link);
        }

        return bytes;
    }

    // A new incarnation begins a chain of its own.
    private static string ConfirmedArea(ReplicaId peer, ReplicaId self) => $"lease/{peer}/{self}";

    private static string ProposedArea(ReplicaId self) => $"lease-proposals/{self}";
}
