using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>
/// What this replica wrote under an earlier incarnation and has put again under a new one. Some of it may have reached somebody under its old
/// dots all the same, and comes back: a counter would count it twice and a text show it twice, so its author takes the old elements out.
/// </summary>
/// <remarks>
/// Another store may have spoken under the old name (a copy), and what that wrote is no repetition. So the journal's entries are kept, each
/// with its timestamp: two stores that issue one dot do not stamp it alike. What is not among them is left alone, and counts.
/// </remarks>
internal sealed record RestatedWrites(ImmutableArray<RestatedWrites.Incarnation> Incarnations)
{
    private const int WritesMax = 4_096;
    private const int IncarnationsMax = 16;
    private const string Area = "restated-writes";

    public static RestatedWrites None { get; } = new([]);

    public static async ValueTask<RestatedWrites> ReadAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken) =>
        await snapshot.GetLocalAsync(Area, scope, cancellationToken).ConfigureAwait(false) is { } bytes ? Decode(bytes) : None;

    public static ValueTask DropAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(Area, scope, cancellationToken);

    /// <summary>Notes, before the journal is pruned, what is about to be put again. The latest writes and incarnations are kept.</summary>
    /// <param name="transaction">The transaction that puts it again.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="last">The last dot of the old incarnation.</param>
    /// <param name="floor">How far others have acknowledged it: that stays as it is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async ValueTask NoteAsync(
        IStoreTransaction transaction, string scope, Dot last, long floor, CancellationToken cancellationToken)
    {
        var writes = new Queue<Write>();
        await foreach (JournalEntry entry in JournalWalk.ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Dot.ReplicaIndex == last.ReplicaIndex && entry.Dot.Counter > floor)
            {
                writes.Enqueue(new Write(entry.Dot.Counter, entry.Timestamp));
                if (writes.Count > WritesMax)
                {
                    writes.Dequeue();
                }
            }
        }

        if (writes.Count > 0)
        {
            RestatedWrites before = await ReadAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
            var incarnation = new Incarnation(transaction.Replicas[last.ReplicaIndex], floor, last.Counter, [.. writes]);
            var noted = new RestatedWrites([.. before.Incarnations.TakeLast(IncarnationsMax - 1), incarnation]);
            await transaction.SetLocalAsync(Area, scope, noted.Encode(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The incarnations whose carriers these are, where each that names one of them is a write that was put again; else none.
    /// </summary>
    public IReadOnlyList<Incarnation> Find(IReadOnlyList<(GlobalDot Dot, HybridTimestamp Timestamp)> carriers)
    {
        List<Incarnation> found =
            [.. Incarnations.Where(incarnation => carriers.Any(carrier => incarnation.Covers(carrier.Dot)))];
        bool IsKnown((GlobalDot Dot, HybridTimestamp Timestamp) carrier) =>
            !found.Exists(incarnation => incarnation.Replica == carrier.Dot.Replica)
            || found.Exists(incarnation => incarnation.Wrote(carrier.Dot, carrier.Timestamp));
        return carriers.All(IsKnown) ? found : [];
    }

    private byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Incarnations.Length);
        foreach (Incarnation incarnation in Incarnations)
        {
            WireFormat.Write(ref writer, incarnation.Replica);
            writer.Write(incarnation.After);
            writer.Write(incarnation.UpTo);
            writer.WriteArrayHeader(incarnation.Writes.Length);
            foreach (Write write in incarnation.Writes)
            {
                writer.Write(write.Counter);
                writer.Write(write.Timestamp.Value);
            }
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static RestatedWrites Decode(ReadOnlyMemory<byte> bytes) =>
        StoredForm.Decode(bytes, "what was put again under a new incarnation", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            var incarnations = ImmutableArray.CreateBuilder<Incarnation>();
            for (int i = reader.ReadArrayHeader(); i > 0; i--)
            {
                ReplicaId replica = WireFormat.ReadReplica(ref reader);
                (long after, long upTo) = (reader.ReadInt64(), reader.ReadInt64());
                var writes = ImmutableArray.CreateBuilder<Write>();
                for (int j = reader.ReadArrayHeader(); j > 0; j--)
                {
                    writes.Add(new Write(reader.ReadInt64(), new HybridTimestamp(reader.ReadUInt64())));
                }

                incarnations.Add(new Incarnation(replica, after, upTo, writes.ToImmutable()));
            }

            return new RestatedWrites(incarnations.ToImmutable());
        });

    /// <summary>What was written under one of them.</summary>
    /// <param name="Replica">The old name.</param>
    /// <param name="After">The last counter before what was put again.</param>
    /// <param name="UpTo">The last that was.</param>
    /// <param name="Writes">What the journal held of it.</param>
    internal sealed record Incarnation(ReplicaId Replica, long After, long UpTo, ImmutableArray<Write> Writes)
    {
        /// <summary>Whether a dot is among those that were put again.</summary>
        public bool Covers(GlobalDot dot) => dot.Replica == Replica && dot.Counter > After && dot.Counter <= UpTo;

        /// <summary>Whether this store wrote a carrier, which has the dot of its write or the one behind it.</summary>
        public bool Wrote(GlobalDot carrier, HybridTimestamp timestamp) => Covers(carrier) && Writes.Any(write =>
            write.Timestamp == timestamp && (write.Counter == carrier.Counter || write.Counter == carrier.Counter - 1));
    }

    /// <summary>One write.</summary>
    internal readonly record struct Write(long Counter, HybridTimestamp Timestamp);
}
