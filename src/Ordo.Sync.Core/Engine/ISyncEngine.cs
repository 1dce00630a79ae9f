using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Outcomes;
using Ordo.Sync.Engine.Peers;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Engine;

/// <summary>
/// The sync engine of a device: a local store, a way to the hub, an operation queue and the strategies that reconcile. Local
/// reads and writes never wait for the network. Thread-safe; one an app.
/// </summary>
public interface ISyncEngine : IAsyncDisposable
{
    /// <summary>The incarnation of the local store, once it is open.</summary>
    ReplicaId Replica { get; }

    /// <summary>Opens the local store. The host does so at start; every operation does so when needed.</summary>
    /// <exception cref="SyncException">The store cannot be opened; the message says why and what to do.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>A scope this device is subscribed to.</summary>
    /// <exception cref="ArgumentException">The name cannot be that of a scope.</exception>
    ISyncScope Scope(string name);

    /// <summary>The scopes this device is subscribed to.</summary>
    IReadOnlyCollection<string> Subscriptions { get; }

    /// <summary>
    /// Subscribes to a scope; the next sync brings its records, or the one under way, where that is of less urgent scopes alone.
    /// Of a scope that is subscribed to already, changes the priority. Remembered over restarts.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="priority">
    /// How urgent it is. A sync takes scopes of a greater priority first, and goes on to smaller ones when these are done; a long
    /// transfer of a less urgent scope gives way between two pages. <see langword="null"/> leaves it as it is: 0 for a new one.
    /// </param>
    /// <param name="cancellationToken">Ends the work; either all of it is done then, or nothing.</param>
    /// <exception cref="ArgumentException">The name cannot be that of a scope.</exception>
    ValueTask SubscribeAsync(string scope, int? priority = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Leaves a scope: its records are removed from this device, those at the hub stay. Waits for a sync under way.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="unsynced">What happens to writes that the hub does not have yet.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The number of unsynced writes that went to the inbox.</returns>
    /// <exception cref="SyncException">There are unsynced writes, and <paramref name="unsynced"/> refuses them.</exception>
    ValueTask<int> UnsubscribeAsync(
        string scope, UnsyncedWrites unsynced = UnsyncedWrites.Refuse, CancellationToken cancellationToken = default);

    /// <summary>Writes several records of one scope in one atomic commit: all or none.</summary>
    ValueTask<WriteReceipt> WriteAsync(Action<WriteBatch> write, CancellationToken cancellationToken = default);

    /// <summary>
    /// Syncs all subscribed scopes with the hub now. Being offline, refused or only partly done is a result, not an exception.
    /// </summary>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="cancellationToken">Ends the sync; what is durable stays, the next one goes on from there.</param>
    /// <exception cref="SyncException">The local store failed.</exception>
    ValueTask<SyncReport> SyncAsync(IProgress<SyncProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Verifies what this device holds: that its records belong to the digests kept of them, and, after a sync, that the hub holds
    /// the same. Finds what a disk, a program or a copied store altered behind the engine's back, says which record, which side is
    /// at fault and why, and heals it. Reads every record of the scopes once, here and at the hub. Waits for a sync under way.
    /// </summary>
    /// <param name="options">What to verify; all subscribed scopes, with the hub, healing, by default.</param>
    /// <param name="progress">Is told how far it has come.</param>
    /// <param name="cancellationToken">Ends it; what is healed stays so.</param>
    /// <exception cref="SyncException">The local store failed.</exception>
    ValueTask<VerifyReport> VerifyAsync(
        VerifyOptions? options = null,
        IProgress<VerifyProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>What waits for a person: conflicts to decide, writes that the hub refused.</summary>
    IConflictInbox Conflicts { get; }

    /// <summary>What became of this device's writes at the hub.</summary>
    IOutcomeLog Outcomes { get; }

    /// <summary>Changes in files, for devices that meet no network.</summary>
    IBundles Bundles { get; }

    /// <summary>Other devices that sync with this one, with no hub between them.</summary>
    IPeers Peers { get; }

    /// <summary>Large files, on a lane of their own.</summary>
    /// <exception cref="InvalidOperationException">The engine has no place for them: call <c>UseFileSystemBlobs</c>.</exception>
    IBlobs Blobs { get; }

    /// <summary>How sync is doing: what waits, when it was last in step, what fails, what it takes.</summary>
    ISyncHealth Health { get; }

    /// <summary>How much waits for the hub's acknowledgement.</summary>
    ValueTask<JournalStatus> GetJournalStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Measures the memory of this process now, and says what the engine has done to stay below its limit. Where the limit is near,
    /// the engine sheds in this call.
    /// </summary>
    MemoryReport GetMemoryReport();
}
