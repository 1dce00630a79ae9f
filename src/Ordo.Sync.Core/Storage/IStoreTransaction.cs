using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>
/// One atomic write. Its reads see its own writes. For one caller at a time. It applies what the floors above decided and knows
/// no rules itself: merging, digests and knowledge are computed by its caller.
/// </summary>
public interface IStoreTransaction : IStoreSnapshot
{
    /// <summary>Gives a replica id a local index, or finds the one it has.</summary>
    ValueTask<int> InternAsync(ReplicaId replica, CancellationToken cancellationToken = default);

    /// <summary>Raises the counter by <paramref name="count"/> and returns the first of the new dots; they are consecutive.</summary>
    Dot NextDots(int count = 1);

    /// <summary>Raises the store's hybrid clock; a smaller timestamp changes nothing.</summary>
    void AdvanceClock(HybridTimestamp timestamp);

    /// <summary>
    /// Sets the store's hybrid clock, back too: for a replica whose clock ran ahead and that stamps its unsynced writes anew.
    /// </summary>
    void ResetClock(HybridTimestamp timestamp);

    /// <summary>
    /// Says which records will be asked for soon. A store that is a round trip away fetches them together; for others there is
    /// nothing to do, which is the default.
    /// </summary>
    ValueTask PrefetchAsync(
        string scope, IReadOnlyCollection<RecordKey> keys, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    /// <summary>
    /// Adds a record that is not held yet; returns <see langword="false"/>, changing nothing, where one with its key is.
    /// Saves the look-up that most records of a first transfer would cost in vain.
    /// </summary>
    ValueTask<bool> TryAddAsync(string scope, StoredRecord record, CancellationToken cancellationToken = default);

    /// <summary>Writes a record in place of the one with its key, if any: all its versions move together.</summary>
    ValueTask PutAsync(string scope, StoredRecord record, CancellationToken cancellationToken = default);

    /// <summary>Removes a record's row; nothing happens where there is none. Not a delete: that is a tombstone, put.</summary>
    ValueTask RemoveAsync(string scope, RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>Sets the state of a scope.</summary>
    ValueTask SetScopeAsync(string scope, ScopeState state, CancellationToken cancellationToken = default);

    /// <summary>Removes a scope: its records, its state and its journal entries.</summary>
    ValueTask DropScopeAsync(string scope, CancellationToken cancellationToken = default);

    /// <summary>Appends to the journal; the store numbers the entry.</summary>
    ValueTask AppendJournalAsync(JournalEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Removes the scope's journal entries of <paramref name="upTo"/>'s replica with counters up to its own.</summary>
    /// <returns>The number of entries removed.</returns>
    ValueTask<int> PruneJournalAsync(string scope, Dot upTo, CancellationToken cancellationToken = default);

    /// <summary>Writes a local entry; an empty value is a value.</summary>
    ValueTask SetLocalAsync(
        string area, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default);

    /// <summary>Removes a local entry; nothing happens where there is none.</summary>
    ValueTask RemoveLocalAsync(string area, string key, CancellationToken cancellationToken = default);

    /// <summary>Takes a new incarnation: the store's dots are from now on issued under <paramref name="replica"/>, from 1.</summary>
    ValueTask RotateAsync(ReplicaId replica, CancellationToken cancellationToken = default);

    /// <summary>Makes everything of this transaction durable and visible, at once. The transaction is over then.</summary>
    /// <exception cref="SyncException">
    /// The medium failed; nothing of the transaction stands, unless <see cref="SyncException.IsCommitted"/> says that it does and may
    /// yet be lost.
    /// </exception>
    ValueTask CommitAsync(Durability durability, CancellationToken cancellationToken = default);

    /// <summary>
    /// Commits as <see cref="CommitAsync"/> does, but returns once everything is visible, perhaps before it is as durable as asked:
    /// the next transaction may begin meanwhile. By default both are the same moment.
    /// </summary>
    /// <returns>
    /// What waits for the durability. Where it fails (with <see cref="SyncException.IsCommitted"/>), the commit stands and may yet be
    /// lost; whoever asked for the write must be told that it failed, and it must not be tried again on the quiet.
    /// </returns>
    /// <exception cref="SyncException">The medium failed; nothing of the transaction stands.</exception>
    async ValueTask<Task> SubmitAsync(Durability durability, CancellationToken cancellationToken = default)
    {
        await CommitAsync(durability, cancellationToken).ConfigureAwait(false);
        return Task.CompletedTask;
    }
}
