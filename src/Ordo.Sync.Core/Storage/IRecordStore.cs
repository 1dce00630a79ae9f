using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>
/// A replica's durable state: record versions, knowledge, journal and local entries, which move together in one commit or not at
/// all. There is one writer at a time; readers never wait for it. Every provider passes the same conformance suite.
/// </summary>
/// <remarks>
/// All members are thread-safe. Failures of the medium are <see cref="SyncException"/>s with a storage code. A store that is
/// not open yet, or disposed, throws the CLR's <see cref="InvalidOperationException"/> or <see cref="ObjectDisposedException"/>.
/// </remarks>
public interface IRecordStore : IAsyncDisposable
{
    /// <summary>What the store is called in messages: a file name, a folder, "memory".</summary>
    string Name { get; }

    /// <summary>The incarnation of this store.</summary>
    ReplicaId Replica { get; }

    /// <summary>
    /// Why the store took a new incarnation when it opened: it found that it may be a copy, or have gone back in time.
    /// <see langword="null"/> where it did not, and for stores that nothing can bring back.
    /// </summary>
    string? RenewalReason => null;

    /// <summary>Whether the store was opened for reading only, beside the process that writes it. The default is no.</summary>
    bool IsReadOnly => false;

    /// <summary>The replica ids met so far, as of the last commit; this store's own has an index too.</summary>
    ReplicaTable Replicas { get; }

    /// <summary>
    /// Creates the store or opens, verifies, recovers and migrates it. To be called once, before anything else. A store whose medium
    /// can be copied or put back compares itself with what it noted elsewhere (<see cref="Identity.StoreSidecar"/>), and in doubt
    /// takes a new incarnation before anybody can write (<see cref="RenewalReason"/>,
    /// <see cref="Identity.Incarnations.RenewAsync"/>).
    /// </summary>
    /// <exception cref="SyncException">
    /// The store is corrupt, written by a newer version, locked by another process, or cannot be read or written.
    /// </exception>
    ValueTask OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Declares a collection and its indexes. An index that is new is filled from the records there; one no longer declared is
    /// dropped. Records of collections never declared are kept all the same.
    /// </summary>
    ValueTask DefineCollectionAsync(CollectionSchema schema, CancellationToken cancellationToken = default);

    /// <summary>Reads one record as of the last commit; <see langword="null"/> where it is not held. A tombstone is a record.</summary>
    ValueTask<StoredRecord?> GetAsync(string scope, RecordKey key, CancellationToken cancellationToken = default);

    /// <summary>Begins a read of one consistent state: the last commit. Dispose it soon; it may pin disk space.</summary>
    ValueTask<IStoreSnapshot> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Begins a read, and says what it will ask for first.</summary>
    ValueTask<IStoreSnapshot> ReadAsync(ReadAhead ahead, CancellationToken cancellationToken = default) =>
        ReadAsync(cancellationToken);

    /// <summary>
    /// Waits until all that can be read now is on the disk. To be called before any of it is told to a peer: a power cut must not
    /// take back a version that others hold, or its dot would be issued a second time. By default there is nothing to wait for.
    /// </summary>
    /// <exception cref="SyncException">The medium failed; what can be read may yet be lost.</exception>
    ValueTask PersistAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <summary>Begins the next write, when the one before has ended. Disposing without a commit undoes it.</summary>
    ValueTask<IStoreTransaction> BeginAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins a write of one scope's records, state and journal, and of local entries. Where the store can, it goes beside writes of
    /// other scopes; by default it is a write of the whole store. The identity and the clock of the store cannot be set back in it.
    /// </summary>
    /// <exception cref="ArgumentException">No scope may be called so.</exception>
    ValueTask<IStoreTransaction> BeginScopeAsync(string scope, CancellationToken cancellationToken = default) =>
        BeginAsync(cancellationToken);

    /// <summary>Begins a write of one scope, and says what it will ask for first.</summary>
    /// <exception cref="ArgumentException">No scope may be called so.</exception>
    ValueTask<IStoreTransaction> BeginScopeAsync(
        string scope, ReadAhead ahead, CancellationToken cancellationToken = default) =>
        BeginScopeAsync(scope, cancellationToken);
}
