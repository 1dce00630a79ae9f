using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// Own versions that a hub took without what they had taken the place of. It does not take a device's word for the versions of others, and
/// had not heard of those yet: the device came from another hub. When it hears of them they stand beside their successors there. So these
/// versions are told once more to a peer that knows what the device knew; a hub writes down then what took whose place.
/// </summary>
/// <param name="After">By own incarnation, the last version before those.</param>
/// <param name="Past">What this replica knew when it pushed them.</param>
internal sealed record PartialPush(ImmutableArray<GlobalDot> After, GlobalVector Past)
{
    private const string Area = "partial-pushes";

    public static async ValueTask<PartialPush?> ReadAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken) =>
        await snapshot.GetLocalAsync(Area, scope, cancellationToken).ConfigureAwait(false) is { } bytes ? Decode(bytes) : null;

    public static ValueTask DropAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(Area, scope, cancellationToken);

    /// <summary>A peer took a push: notes what it took without its past, and forgets what it has been told once more.</summary>
    /// <param name="transaction">The transaction that learns what the peer knows.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="sentOn">What the push took for known at the peer.</param>
    /// <param name="claimed">What the push claimed to know.</param>
    /// <param name="answered">What the peer knows now.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async ValueTask AnswerAsync(
        IStoreTransaction transaction,
        string scope,
        GlobalVector sentOn,
        GlobalVector claimed,
        GlobalVector answered,
        CancellationToken cancellationToken)
    {
        PartialPush? before = await ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (claimed.IsDominatedBy(answered))
        {
            if (before?.After.All(dot => sentOn[dot.Replica] <= dot.Counter) == true)
            {
                await DropAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        IReadOnlyList<ReplicaId> own = await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false);
        ImmutableArray<GlobalDot> taken =
            [.. own.Where(id => sentOn[id] < claimed[id]).Select(id => new GlobalDot(id, sentOn[id]))];
        if (!taken.IsEmpty)
        {
            PartialPush after = before is null ? new PartialPush(taken, claimed) : before.And(taken, claimed);
            await transaction.SetLocalAsync(Area, scope, after.Encode(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What to take for known at a peer, so that it is told once more what it took without its past, as soon as it knows that.</summary>
    public GlobalVector Without(GlobalVector peerKnows) => !Past.IsDominatedBy(peerKnows) ? peerKnows : GlobalVector.Of(
        peerKnows.Entries.Select(Lower).Where(static dot => dot.Counter > 0));

    private GlobalDot Lower(GlobalDot known)
    {
        foreach (GlobalDot before in After)
        {
            if (before.Replica == known.Replica && before.Counter < known.Counter)
            {
                return before;
            }
        }

        return known;
    }

    private PartialPush And(ImmutableArray<GlobalDot> taken, GlobalVector claimed) => new(
        [.. After.Concat(taken).GroupBy(dot => dot.Replica).Select(dots => dots.MinBy(dot => dot.Counter))],
        GlobalVector.Of(Past.Entries.Concat(claimed.Entries).GroupBy(dot => dot.Replica).Select(dots => dots.MaxBy(dot => dot.Counter))));

    private byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(After.Length);
        foreach (GlobalDot dot in After)
        {
            WireFormat.Write(ref writer, dot.Replica);
            writer.Write(dot.Counter);
        }

        WireFormat.Write(ref writer, Past);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static PartialPush Decode(ReadOnlyMemory<byte> bytes) =>
        StoredForm.Decode(bytes, "what a hub took without its past", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            var after = ImmutableArray.CreateBuilder<GlobalDot>();
            for (int i = reader.ReadArrayHeader(); i > 0; i--)
            {
                after.Add(new GlobalDot(WireFormat.ReadReplica(ref reader), reader.ReadInt64()));
            }

            return new PartialPush(after.ToImmutable(), WireFormat.ReadVector(ref reader));
        });
}
