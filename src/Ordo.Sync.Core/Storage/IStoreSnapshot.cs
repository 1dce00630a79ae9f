using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>Reads of one consistent state. For one caller at a time.</summary>
public interface IStoreSnapshot : IAsyncDisposable
{
    /// <summary>The replica ids met, as of this state.</summary>
    ReplicaTable Replicas { get; }

    /// <summary>The incarnation of the store, as of this state.</summary>
    ReplicaId Replica { get; }

    /// <summary>The store's hybrid clock: the greatest timestamp it has issued or received.</summary>
    HybridTimestamp Clock { get; }

    /// <summary>The last counter the store has issued under its present incarnation; 0 before the first.</summary>
    long Counter { get; }

    /// <summary>The state of a scope; <see cref="ScopeState.Empty"/> where nothing is known of it.</summary>
    ValueTask<ScopeState> GetScopeAsync(string scope, CancellationToken cancellationToken = default);

    /// <summary>The names of the scopes that hold anything, in <see cref="Utf8Order"/>.</summary>
    ValueTask<IReadOnlyList<string>> ListScopesAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads one record; <see langword="null"/> where it is not held.</summary>
    ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads the records that have a version outside what is known, in the order of those dots, through the index on
    /// (scope, dot): the cost follows what changed. A record with two such siblings may come twice.
    /// </summary>
    ValueTask<ChangeSlice> ReadChangesAsync(
        string scope, ChangeQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads records in key order, tombstones included.</summary>
    ValueTask<RangeSlice> ReadRangeAsync(
        string scope, KeyRange range, ReadBudget budget, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads the keys of records in key order, those of tombstones too. Looks at no content, so that it tells of records whose
    /// content cannot be read any more; a store whose reads cannot fail by record needs no more than what stands here.
    /// </summary>
    async ValueTask<IReadOnlyList<RecordKey>> ReadKeysAsync(
        string scope, KeyRange range, int countMax, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(countMax);
        var budget = new ReadBudget(int.MaxValue, countMax);
        RangeSlice slice = await ReadRangeAsync(scope, range, budget, cancellationToken).ConfigureAwait(false);
        return [.. slice.Records.Select(record => record.Key)];
    }

    /// <summary>Finds live records of one collection by key or index; see <see cref="RecordQuery"/>.</summary>
    ValueTask<IReadOnlyList<StoredRecord>> QueryAsync(
        string scope, RecordQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads journal entries of all scopes in their order, those after a sequence number.</summary>
    ValueTask<IReadOnlyList<JournalEntry>> ReadJournalAsync(
        long afterSequence, int countMax, CancellationToken cancellationToken = default);

    /// <summary>How much the journal holds, for one scope or (where <see langword="null"/>) for all.</summary>
    ValueTask<JournalStatus> GetJournalStatusAsync(string? scope = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads a local entry: durable state of this replica that does not replicate (peers, transfers under way, outcomes).
    /// <see langword="null"/> where there is none.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>?> GetLocalAsync(
        string area, string key, CancellationToken cancellationToken = default);

    /// <summary>Reads the local entries of an area in key order (<see cref="Utf8Order"/>), those after a key.</summary>
    ValueTask<IReadOnlyList<LocalEntry>> ListLocalAsync(
        string area, string? afterKey, int countMax, CancellationToken cancellationToken = default);
}
