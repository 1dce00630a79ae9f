using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.ConflictFree;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Writes;

// What a write does to a record's conflict-free state.
internal sealed partial class GroupWriter
{
    private readonly DocumentEditor _documents = new();

    /// <summary>
    /// Edits the conflict-free state, and makes the carrier that lets others find the change: it supersedes every carrier
    /// that stands here, since the edit was made on what they stand for.
    /// </summary>
    /// <returns>The new state and its carrier, or what stood there and <see langword="null"/> where the write leaves it alone.</returns>
    private (ReadOnlyMemory<byte> Document, RecordVersion? Carrier) EditDocument(
        IStoreTransaction transaction, ScopeDraft draft, StoredRecord? present, RecordWrite write, WriteStamp stamp, bool isContent)
    {
        ReadOnlyMemory<byte> stored = present?.ConflictFree ?? default;
        bool isDelete = write is RecordWrite.Delete && !stored.IsEmpty && IsCurrent(write, stored);
        if (write.Edits.Count == 0 && !isDelete)
        {
            return (stored, null);
        }

        // Taken before those of the elements: a carrier right behind its content costs a store nothing.
        RecordVersion carrier = CarrierVersions.Of(isContent ? Follow(transaction, draft, stamp) : stamp);
        var context = new EditContext(new TransactionDots(transaction, draft), stamp.Timestamp);
        ReadOnlyMemory<byte> edited = isDelete
            ? DocumentEditor.Clear(stored, context)
            : _documents.Edit(
                draft.Scope,
                write.Key,
                stored,
                SeenBy(write),
                write.Edits,
                new ContextView(transaction.Replicas, draft.State.ContextOf(write.Key)),
                draft.State.Forgotten.IsEmpty ? null : CausalView.Of(transaction.Replicas, draft.State.Forgotten),
                context,
                write.Result);
        return (edited, carrier);
    }

    private static WriteStamp Follow(IStoreTransaction transaction, ScopeDraft draft, WriteStamp stamp)
    {
        Dot dot = transaction.NextDots();
        draft.Issue(dot);
        return stamp with { Dot = dot, Version = transaction.Replicas.Globalize(dot) };
    }

    // A delete removes what its editor saw; of a state that it did not see, nothing.
    private static bool IsCurrent(RecordWrite write, ReadOnlyMemory<byte> stored) =>
        write.Basis is not { } basis || (basis.Record is { } seen && seen.ConflictFree.Span.SequenceEqual(stored.Span));

    // Not a conditional expression: null would convert to an empty memory there.
    private static ReadOnlyMemory<byte>? SeenBy(RecordWrite write) => write.Seen ?? write.Basis?.Record?.ConflictFree;

    private static ImmutableArray<RecordVersion> Carry(ImmutableArray<RecordVersion> carriers, RecordVersion? carrier) =>
        carrier is null ? carriers : [carrier];
}
