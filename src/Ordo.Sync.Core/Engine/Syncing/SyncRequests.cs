using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>Which lanes somebody wants synced soon: each once, however often it is asked for. Thread-safe, for one taker.</summary>
internal sealed class SyncRequests : IDisposable
{
    private readonly Lock _lock = new();
    private readonly AsyncSemaphore _signal = new(0);
    private readonly AsyncSemaphore _urgent = new(0);
    private HashSet<string> _lanes = new(StringComparer.Ordinal);
    private bool _wantsAll;

    /// <summary>Asks for one lane.</summary>
    public void Request(string lane)
    {
        lock (_lock)
        {
            Signal();
            _lanes.Add(lane);
        }
    }

    /// <summary>Asks for all lanes.</summary>
    /// <param name="isUrgent">Whether that also ends a pause after failures: the hub is there again.</param>
    public void RequestAll(bool isUrgent)
    {
        lock (_lock)
        {
            Signal();
            _wantsAll = true;
            if (isUrgent && _urgent.CurrentCount == 0)
            {
                _urgent.Release();
            }
        }
    }

    /// <summary>Waits until something is asked for.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _signal.WaitAsync(cancellationToken);

    /// <summary>Waits until something urgent is asked for.</summary>
    public Task WaitUrgentAsync(CancellationToken cancellationToken) => _urgent.WaitAsync(cancellationToken);

    /// <summary>Takes what was asked for: names of lanes, <see langword="null"/> for all.</summary>
    public IReadOnlyCollection<string>? Take()
    {
        lock (_lock)
        {
            HashSet<string>? taken = _wantsAll ? null : _lanes;
            _lanes = new HashSet<string>(StringComparer.Ordinal);
            _wantsAll = false;
            while (_signal.TryTake())
            {
            }

            return taken;
        }
    }

    public void Dispose()
    {
        _signal.Dispose();
        _urgent.Dispose();
    }

    // One signal for all that is not taken yet.
    private void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }
}
