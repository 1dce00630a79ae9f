using System.Collections.Concurrent;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Health;

/// <summary>
/// Hears of stores that take a new identity, when they are opened or in the middle of a sync, and tells extensions and the log at the
/// next moment that suits. Thread-safe.
/// </summary>
internal sealed class RenewalWatch(ExtensionHost extensions, TimeProvider time)
{
    private readonly ConcurrentQueue<IdentityRenewal> _untold = new();

    /// <summary>The last one since the engine was opened; <see langword="null"/> for none.</summary>
    public IdentityRenewal? Last { get; private set; }

    /// <summary>A store was opened; it may have found that it is a copy.</summary>
    public void OnOpened(IRecordStore store)
    {
        if (store.RenewalReason is { } reason)
        {
            Note(store.Name, store.Replica, reason);
        }
    }

    /// <summary>A session found that another store has spoken as this one.</summary>
    public void OnFound(IRecordStore store, ReplicaId after, string reason) => Note(store.Name, after, reason);

    /// <summary>Tells of what was noted.</summary>
    public async ValueTask TellAsync(CancellationToken cancellationToken)
    {
        while (_untold.TryDequeue(out IdentityRenewal? renewal))
        {
            await extensions.IdentityRenewedAsync(renewal, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Note(string store, ReplicaId replica, string reason)
    {
        Last = new IdentityRenewal(store, replica, reason, time.GetUtcNow());
        _untold.Enqueue(Last);
    }
}
