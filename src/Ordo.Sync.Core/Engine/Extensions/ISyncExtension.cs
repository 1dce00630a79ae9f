using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Engine.Extensions;

/// <summary>
/// Hooks of an app into its engine: integration with other systems, gates, notifications. Several are called in the order in
/// which they were added. One that throws or takes too long is logged and counted, and nothing else suffers.
/// </summary>
/// <remarks>Every member has a default that does nothing. Called from the engine's threads, one sync at a time.</remarks>
public interface ISyncExtension
{
    /// <summary>
    /// Before a sync, by hand or in the background: return a reason to veto it ("on a metered network"), or
    /// <see langword="null"/> to let it go on.
    /// </summary>
    ValueTask<string?> BeforeSyncAsync(SyncContext context, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<string?>(null);

    /// <summary>After a sync, however it ended; also after one that was vetoed.</summary>
    ValueTask AfterSyncAsync(SyncContext context, SyncReport report, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    /// <summary>
    /// A store of this device took a new identity, since it may be a copy or have been put back. After the engine has opened, or after
    /// the sync that found it.
    /// </summary>
    ValueTask IdentityRenewedAsync(IdentityRenewal renewal, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    /// <summary>
    /// Before changes that a sync brought are committed. They will be committed whatever this does: replication runs no veto.
    /// Must not write to the engine: its writer waits for this.
    /// </summary>
    ValueTask BeforeApplyAsync(ApplyContext context, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    /// <summary>After changes that a sync brought were committed and are visible.</summary>
    ValueTask AfterApplyAsync(ApplyContext context, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;
}
