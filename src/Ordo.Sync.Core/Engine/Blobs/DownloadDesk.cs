using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>The downloads under way: one a blob, however many want it; it ends when the last lets go. Thread-safe.</summary>
internal sealed class DownloadDesk(BlobServices services, BlobHousekeeping housekeeping) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BlobId, Entry> _entries = [];
    private readonly HashSet<Task> _running = [];
    private bool _isClosed;

    /// <summary>The progress of a blob's download; <see langword="null"/> where there is none.</summary>
    public BlobProgress? ProgressOf(BlobId blob)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(blob, out Entry? entry) ? entry.Download.Progress : null;
        }
    }

    /// <summary>Joins the download of a blob, or begins it. The lease is disposed when the caller wants it no more.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="scopes">The scopes to ask in, in order.</param>
    /// <param name="isReader">Whether somebody waits for it at this moment.</param>
    public DownloadLease Join(BlobId blob, IReadOnlyList<string> scopes, bool isReader)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (!_entries.TryGetValue(blob, out Entry? entry) || entry.Download.Completion.IsCompleted)
            {
                entry = new Entry(new Download(services, RequireTransport(), blob, scopes, housekeeping.MakeRoomAsync));
                _entries[blob] = entry;
                entry.Download.Start(entry.Stop.Token);
                _running.Add(entry.Download.Completion);
                _ = ForgetAsync(entry.Download.Completion);
            }

            entry.HolderCount++;
            return new DownloadLease(entry.Download, isReader, () => Leave(entry));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock)
        {
            _isClosed = true;
            running = [.. _running];
            foreach (Entry entry in _entries.Values)
            {
                entry.Stop.Cancel();
            }
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ForgetAsync(Task completion)
    {
        await completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _running.Remove(completion);
        }
    }

    private void Leave(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.HolderCount > 0)
            {
                return;
            }

            if (_entries.TryGetValue(entry.Download.Blob, out Entry? present) && present == entry)
            {
                _entries.Remove(entry.Download.Blob);
            }
        }

        // Outside the lock: what waits on the token may run at once.
        entry.Stop.Cancel();
        entry.Stop.Dispose();
    }

    private Transport.IBlobTransport RequireTransport() => services.Transport ?? throw new SyncException(
        SyncErrorCode.BlobMissing, "The blob is not held here, and the engine has no way to a hub.", "Call UseHttp when you configure it.");

    private sealed class Entry(Download download)
    {
        public Download Download => download;

        public CancellationTokenSource Stop { get; } = new();

        public int HolderCount { get; set; }
    }
}
