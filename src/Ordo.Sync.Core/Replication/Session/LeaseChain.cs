using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// This replica's end of the lease chain with one peer in one scope: the link that the peer last confirmed, and the links proposed
/// since, any of which may have reached it though its answer was lost. A peer that holds none of them has heard another store under
/// this replica's id. Durable before a proposal is sent.
/// </summary>
/// <param name="Confirmed">The confirmed link; zero before the first.</param>
/// <param name="Proposed">The links proposed since, oldest first.</param>
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

    /// <summary>The chain once the peer has shown that it holds a link.</summary>
    public static LeaseChain From(UInt128 link) => new(link, []);

    public static async ValueTask<LeaseChain> ReadAsync(
        IStoreSnapshot snapshot, ReplicaId peer, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? entry = await snapshot
            .GetLocalAsync(AreaOf(peer, snapshot.Replica), scope, cancellationToken).ConfigureAwait(false);
        if (entry is not { } bytes || bytes.Length < LinkBytes)
        {
            return new LeaseChain(UInt128.Zero, []);
        }

        var links = new UInt128[bytes.Length / LinkBytes];
        for (int i = 0; i < links.Length; i++)
        {
            links[i] = BinaryPrimitives.ReadUInt128BigEndian(bytes.Span[(i * LinkBytes)..]);
        }

        return new LeaseChain(links[0], links[1..]);
    }

    public ValueTask WriteAsync(
        IStoreTransaction transaction, ReplicaId peer, string scope, CancellationToken cancellationToken)
    {
        var bytes = new byte[(1 + Proposed.Count) * LinkBytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Confirmed);
        for (int i = 0; i < Proposed.Count; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan((i + 1) * LinkBytes), Proposed[i]);
        }

        return transaction.SetLocalAsync(AreaOf(peer, transaction.Replica), scope, bytes, cancellationToken);
    }

    // A new incarnation begins a chain of its own.
    private static string AreaOf(ReplicaId peer, ReplicaId self) => $"lease/{peer}/{self}";
}
