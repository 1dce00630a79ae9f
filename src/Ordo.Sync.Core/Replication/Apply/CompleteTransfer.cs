using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>
/// What a complete transfer means beyond its records: its sender has forgotten deletes that this replica missed, so absence is
/// deletion, and what the sender has never seen must be told from what it has forgotten.
/// </summary>
internal sealed class CompleteTransfer(
    IStoreTransaction transaction, ScopeDraft draft, RecordMerger merger, DateTimeOffset now)
{
    private readonly HashSet<RecordKey> _listed = [];
    private readonly HashSet<RecordKey> _newHere = [];

    /// <summary>The records that were removed because the transfer does not list them.</summary>
    public int RemovedCount { get; private set; }

    /// <summary>The transfer lists a record.</summary>
    public void List(RecordKey key) => _listed.Add(key);

    /// <summary>A record of the transfer changed what stands here.</summary>
    public void NoteNew(RecordKey key) => _newHere.Add(key);

    /// <summary>Removes what the transfer does not list and its sender knew; what the sender does not know survives.</summary>
    public async ValueTask RemoveUnlistedAsync(VersionVector senderKnows, CancellationToken cancellationToken)
    {
        await foreach (StoredRecord record in RangeWalk.ReadAllAsync(transaction, draft.Scope, cancellationToken)
            .ConfigureAwait(false))
        {
            if (_listed.Contains(record.Key) || !record.Versions.Any(version => senderKnows.Contains(version.Dot)))
            {
                continue;
            }

            if (merger.WritesOutAbsence)
            {
                RemovedCount += await merger
                    .DeleteUnlistedAsync(record, senderKnows, cancellationToken).ConfigureAwait(false) ? 1 : 0;
                continue;
            }

            ImmutableArray<RecordVersion> kept = record.Versions.RemoveAll(v => senderKnows.Contains(v.Dot));
            StoredRecord? left = kept.IsEmpty ? null : merger.Forget(record, kept, senderKnows);
            await draft.ReplaceAsync(record, left, cancellationToken).ConfigureAwait(false);
            RemovedCount++;
        }
    }

    /// <summary>
    /// Writes content that the sender has never seen anew, so that its dots stand outside everything that was forgotten meanwhile:
    /// this replica was behind.
    /// </summary>
    /// <returns>How many records were written anew.</returns>
    public async ValueTask<int> RestampAsync(
        VersionVector senderKnows, ScopeState before, bool areBothBehind, CancellationToken cancellationToken)
    {
        HashSet<RecordKey> keys = await UnknownVersions
            .ListAsync(transaction, draft, senderKnows, cancellationToken).ConfigureAwait(false);
        if (areBothBehind)
        {
            keys.UnionWith(_newHere);
        }

        await UnknownVersions.RestampAsync(
            transaction,
            draft,
            keys,
            (key, dot) => !senderKnows.Contains(dot) || (areBothBehind && !before.ContextOf(key).Contains(dot)),
            now,
            cancellationToken).ConfigureAwait(false);
        return keys.Count;
    }
}
