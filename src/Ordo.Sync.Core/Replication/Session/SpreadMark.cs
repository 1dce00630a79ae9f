using System.Buffers.Binary;
using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// How late the latest version of a scope is stamped that another replica may have. Last write wins drops for good what such a version
/// is preferred to, so whatever takes its place has to be stamped later: a clock that ran ahead is put right down to here and no
/// further. Written before a version is given away, and in the transaction that takes one in.
/// </summary>
/// <param name="Spread">The latest timestamp of what was given away or came from others.</param>
/// <param name="Offered">What was pushed and not answered yet; a refusal takes it back.</param>
/// <param name="RestampCount">How often versions were stamped anew: what was read before that must not be given away.</param>
internal sealed record SpreadMark(HybridTimestamp Spread, ImmutableArray<SpreadMark.Offer> Offered, long RestampCount)
{
    // Peers that never answer: what is older counts as taken.
    private const int OffersMax = 64;
    private const int HeadBytes = sizeof(ulong) + sizeof(long);
    private const int OfferBytes = ReplicaId.SizeBytes + (2 * sizeof(ulong));
    private const string Area = "spread";

    public static SpreadMark None { get; } = new(default, [], 0);

    /// <summary>The latest timestamp that anybody may have, where what the peer has refused is not counted.</summary>
    public HybridTimestamp Latest => Offered.Aggregate(Spread, (latest, offer) => HybridTimestamp.Max(latest, offer.Latest));

    public static async ValueTask<SpreadMark> ReadAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? stored = await snapshot.GetLocalAsync(Area, scope, cancellationToken).ConfigureAwait(false);
        return stored is { } bytes ? Decode(bytes.Span) : None;
    }

    /// <summary>Notes that others have versions stamped as late as this.</summary>
    public static async ValueTask NoteAsync(
        IStoreTransaction transaction, string scope, HybridTimestamp latest, CancellationToken cancellationToken)
    {
        SpreadMark mark = await ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (latest > mark.Spread)
        {
            await (mark with { Spread = latest }).WriteAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Notes that what was read from a snapshot is given away; the note is on the disk when the store has persisted, which has to come
    /// before anything is given. Not where versions were stamped anew since: what was read must not be given away then.
    /// </summary>
    public static async ValueTask<bool> TryNoteAsync(
        IRecordStore store,
        IStoreSnapshot snapshot,
        string scope,
        HybridTimestamp latest,
        CancellationToken cancellationToken)
    {
        SpreadMark before = await ReadAsync(snapshot, scope, cancellationToken).ConfigureAwait(false);
        if (latest <= before.Spread)
        {
            return true;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        SpreadMark mark = await ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (mark.RestampCount != before.RestampCount)
        {
            return false;
        }

        await (mark with { Spread = HybridTimestamp.Max(mark.Spread, latest) })
            .WriteAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public static ValueTask DropAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(Area, scope, cancellationToken);

    public ValueTask WriteAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.SetLocalAsync(Area, scope, Encode(), cancellationToken);

    /// <summary>A push of versions stamped as late as this, and of so many own ones, goes to a peer.</summary>
    public SpreadMark Push(ReplicaId peer, long upTo, HybridTimestamp latest)
    {
        var offer = new Offer(peer, upTo, latest);
        if (latest <= Spread || Offered.Contains(offer))
        {
            return this;
        }

        SpreadMark mark = this with { Offered = Offered.Add(offer) };
        return mark.Offered.Length <= OffersMax ? mark : mark with
        {
            Spread = HybridTimestamp.Max(Spread, Offered[0].Latest),
            Offered = mark.Offered.RemoveAt(0),
        };
    }

    /// <summary>
    /// A peer has answered: it took the pushes that end where its knowledge of this replica does, or before, and no other. A later
    /// copy of one that it refused it does not take either: the link of the lease chain has moved on.
    /// </summary>
    /// <param name="peer">The peer.</param>
    /// <param name="known">How far it knows this replica: the counters of all incarnations together.</param>
    /// <param name="isRefused">Whether it has refused what goes beyond; else that may still be under way.</param>
    public SpreadMark Answer(ReplicaId peer, long known, bool isRefused) => this with
    {
        Spread = Offered.Where(offer => offer.Peer == peer && offer.UpTo <= known)
            .Aggregate(Spread, (latest, offer) => HybridTimestamp.Max(latest, offer.Latest)),
        Offered = Offered.RemoveAll(offer => offer.Peer == peer && (isRefused || offer.UpTo <= known)),
    };

    private static SpreadMark Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || (bytes.Length - HeadBytes) % OfferBytes != 0)
        {
            throw new SyncException(
                SyncErrorCode.StoreCorrupt,
                $"What a store noted of the versions that others may have is {bytes.Length} bytes, which is no whole number of entries.",
                "Restore the store from a backup.");
        }

        var spread = new HybridTimestamp(BinaryPrimitives.ReadUInt64BigEndian(bytes));
        var offers = ImmutableArray.CreateBuilder<Offer>();
        for (ReadOnlySpan<byte> rest = bytes[HeadBytes..]; !rest.IsEmpty; rest = rest[OfferBytes..])
        {
            offers.Add(new Offer(
                ReplicaId.Read(rest),
                BinaryPrimitives.ReadInt64BigEndian(rest[ReplicaId.SizeBytes..]),
                new HybridTimestamp(BinaryPrimitives.ReadUInt64BigEndian(rest[(ReplicaId.SizeBytes + sizeof(long))..]))));
        }

        return new SpreadMark(spread, offers.ToImmutable(), BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(ulong)..]));
    }

    private byte[] Encode()
    {
        var bytes = new byte[HeadBytes + (Offered.Length * OfferBytes)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Spread.Value);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(sizeof(ulong)), RestampCount);
        for (int i = 0; i < Offered.Length; i++)
        {
            Span<byte> at = bytes.AsSpan(HeadBytes + (i * OfferBytes), OfferBytes);
            Offered[i].Peer.Write(at);
            BinaryPrimitives.WriteInt64BigEndian(at[ReplicaId.SizeBytes..], Offered[i].UpTo);
            BinaryPrimitives.WriteUInt64BigEndian(at[(ReplicaId.SizeBytes + sizeof(long))..], Offered[i].Latest.Value);
        }

        return bytes;
    }

    /// <summary>A push without an answer.</summary>
    /// <param name="Peer">Whom it went to.</param>
    /// <param name="UpTo">How far whoever takes it knows this replica: the counters of all incarnations together.</param>
    /// <param name="Latest">The latest timestamp in it.</param>
    internal readonly record struct Offer(ReplicaId Peer, long UpTo, HybridTimestamp Latest);
}
