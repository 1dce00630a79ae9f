using Ordo.Sync.Engine.Syncing;

namespace Ordo.Campus.Sync.Commands;

/// <summary>Reports where it is called; <see cref="Progress{T}"/> reports on the thread pool, when the sync may be over.</summary>
internal sealed class ImmediateProgress(Action<SyncProgress> report) : IProgress<SyncProgress>
{
    public void Report(SyncProgress value) => report(value);
}
