using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;

namespace Ordo.Sync.Engine.Replicas;

/// <summary>
/// Moves ephemeral lanes between the stores of a device, when an app begins or ceases to use an ephemeral store. Records,
/// knowledge and journal go over as they are; the old store's id joins the new one's earlier incarnations, so its unsynced writes
/// are still known as this device's own. A move that was interrupted starts anew: the source is dropped last.
/// </summary>
internal static class LaneMover
{
    private const string MovingArea = "moving";

    /// <summary>Moves all ephemeral lanes that a store holds and should not.</summary>
    public static async ValueTask MoveAsync(IRecordStore from, IRecordStore to, CancellationToken cancellationToken)
    {
        foreach (string lane in await ListAsync(from, cancellationToken).ConfigureAwait(false))
        {
            await MoveAsync(from, to, lane, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<IReadOnlyList<string>> ListAsync(IRecordStore store, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> scopes = await snapshot.ListScopesAsync(cancellationToken).ConfigureAwait(false);
        return [.. scopes.Where(ScopeLane.IsEphemeral)];
    }

    private static async ValueTask MoveAsync(
        IRecordStore from, IRecordStore to, string lane, CancellationToken cancellationToken)
    {
        await using (IStoreSnapshot source = await from.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await IsCopiedAsync(to, lane, source.Replica, cancellationToken).ConfigureAwait(false))
            {
                await CopyAsync(source, to, lane, cancellationToken).ConfigureAwait(false);
            }
        }

        await using IStoreTransaction drop = await from.BeginAsync(cancellationToken).ConfigureAwait(false);
        await drop.DropScopeAsync(lane, cancellationToken).ConfigureAwait(false);
        await ConflictIndex.DropAsync(drop, lane, cancellationToken).ConfigureAwait(false);
        await drop.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        await using IStoreTransaction done = await to.BeginAsync(cancellationToken).ConfigureAwait(false);
        await done.RemoveLocalAsync(MovingArea, lane, cancellationToken).ConfigureAwait(false);
        await done.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<bool> IsCopiedAsync(
        IRecordStore to, string lane, ReplicaId source, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot target = await to.ReadAsync(cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte>? copied = await target.GetLocalAsync(MovingArea, lane, cancellationToken).ConfigureAwait(false);
        return copied is { Length: ReplicaId.SizeBytes } bytes && ReplicaId.Read(bytes.Span) == source;
    }

    // Pages of records first, each committed; the state, the journal and the mark that all is there in one last commit.
    private static async ValueTask CopyAsync(
        IStoreSnapshot source, IRecordStore to, string lane, CancellationToken cancellationToken)
    {
        await ClearAsync(to, lane, cancellationToken).ConfigureAwait(false);
        RecordKey? after = null;
        RangeSlice slice;
        do
        {
            slice = await source.ReadRangeAsync(
                lane,
                new KeyRange(after, UpTo: null),
                new ReadBudget(ProtocolLimits.PageBytesDefault),
                cancellationToken).ConfigureAwait(false);
            await using IStoreTransaction page = await to.BeginAsync(cancellationToken).ConfigureAwait(false);
            foreach (StoredRecord record in slice.Records)
            {
                after = record.Key;
                StoredRecord moved = await TranslateAsync(source.Replicas, page, record, cancellationToken)
                    .ConfigureAwait(false);
                await page.PutAsync(lane, moved, cancellationToken).ConfigureAwait(false);
            }

            await page.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }
        while (!slice.IsLast);

        await FinishAsync(source, to, lane, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask ClearAsync(IRecordStore to, string lane, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await to.BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.DropScopeAsync(lane, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask FinishAsync(
        IStoreSnapshot source, IRecordStore to, string lane, CancellationToken cancellationToken)
    {
        ScopeState state = await source.GetScopeAsync(lane, cancellationToken).ConfigureAwait(false);
        await using IStoreTransaction last = await to.BeginAsync(cancellationToken).ConfigureAwait(false);
        ScopeState moved = state with
        {
            Knowledge = await TranslateAsync(source.Replicas, last, state.Knowledge, cancellationToken).ConfigureAwait(false),
            Forgotten = await TranslateAsync(source.Replicas, last, state.Forgotten, cancellationToken).ConfigureAwait(false),
            Exceptions = await TranslateAsync(source.Replicas, last, state.Exceptions, cancellationToken).ConfigureAwait(false),
        };
        await last.SetScopeAsync(lane, moved, cancellationToken).ConfigureAwait(false);
        ReplicaId generation = await GenerationLedger.ReadCurrentAsync(source, lane, cancellationToken).ConfigureAwait(false);
        await GenerationLedger.WriteCurrentAsync(last, lane, generation, cancellationToken).ConfigureAwait(false);
        last.AdvanceClock(source.Clock);
        await CopyJournalAsync(source, last, lane, cancellationToken).ConfigureAwait(false);
        await last.SetLocalAsync(
            Incarnations.Area, source.Replica.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        await last.SetLocalAsync(MovingArea, lane, source.Replica.ToByteArray(), cancellationToken).ConfigureAwait(false);
        await last.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask CopyJournalAsync(
        IStoreSnapshot source, IStoreTransaction target, string lane, CancellationToken cancellationToken)
    {
        await foreach (JournalEntry entry in JournalWalk.ReadAsync(source, lane, cancellationToken).ConfigureAwait(false))
        {
            Dot dot = await TranslateAsync(source.Replicas, target, entry.Dot, cancellationToken).ConfigureAwait(false);
            await target.AppendJournalAsync(entry with { Dot = dot, Sequence = 0 }, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask<StoredRecord> TranslateAsync(
        ReplicaTable source, IStoreTransaction target, StoredRecord record, CancellationToken cancellationToken)
    {
        var versions = ImmutableArray.CreateBuilder<RecordVersion>(record.Versions.Length);
        foreach (RecordVersion version in record.Versions)
        {
            Dot dot = await TranslateAsync(source, target, version.Dot, cancellationToken).ConfigureAwait(false);
            versions.Add(version.Restamp(dot, version.Timestamp));
        }

        return record with { Versions = versions.MoveToImmutable() };
    }

    private static async ValueTask<ImmutableArray<KnowledgeException>> TranslateAsync(
        ReplicaTable source,
        IStoreTransaction target,
        ImmutableArray<KnowledgeException> exceptions,
        CancellationToken cancellationToken)
    {
        var moved = ImmutableArray.CreateBuilder<KnowledgeException>(exceptions.Length);
        foreach (KnowledgeException exception in exceptions)
        {
            VersionVector knowledge = await TranslateAsync(source, target, exception.Knowledge, cancellationToken)
                .ConfigureAwait(false);
            moved.Add(exception with { Knowledge = knowledge });
        }

        return moved.MoveToImmutable();
    }

    private static async ValueTask<VersionVector> TranslateAsync(
        ReplicaTable source, IStoreTransaction target, VersionVector vector, CancellationToken cancellationToken)
    {
        var dots = new List<Dot>(vector.Count);
        foreach (Dot dot in vector.Entries.ToArray())
        {
            dots.Add(await TranslateAsync(source, target, dot, cancellationToken).ConfigureAwait(false));
        }

        return VersionVector.Of([.. dots]);
    }

    private static async ValueTask<Dot> TranslateAsync(
        ReplicaTable source, IStoreTransaction target, Dot dot, CancellationToken cancellationToken)
    {
        int index = await target.InternAsync(source[dot.ReplicaIndex], cancellationToken).ConfigureAwait(false);
        return new Dot(index, dot.Counter);
    }
}
