using Ordo.Sync.Engine.Extensions;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Campus.Device;

/// <summary>Remembers the last syncs, for the chart. Thread-safe.</summary>
internal sealed class SyncLog(TimeProvider time) : ISyncExtension
{
    private const int CountMax = 60;

    private readonly Lock _lock = new();
    private readonly Queue<SyncEntry> _entries = new();

    /// <summary>Raised after a sync.</summary>
    public event Action? Synced;

    /// <summary>The last syncs, the newest last.</summary>
    public IReadOnlyList<SyncEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public ValueTask AfterSyncAsync(
        SyncContext context, SyncReport report, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            _entries.Enqueue(new SyncEntry(time.GetUtcNow(), report));
            if (_entries.Count > CountMax)
            {
                _entries.Dequeue();
            }
        }

        Synced?.Invoke();
        return ValueTask.CompletedTask;
    }
}
