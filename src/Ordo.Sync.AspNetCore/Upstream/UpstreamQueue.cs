namespace Ordo.Sync.AspNetCore.Upstream;

/// <summary>What is to be synced with the hub above, each scope once. For one reader; thread-safe for all others.</summary>
internal sealed class UpstreamQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<string> _scopes = new(StringComparer.Ordinal);
    private bool _isAll;

    /// <summary>Asks for one scope.</summary>
    public void Request(string scope)
    {
        lock (_lock)
        {
            _scopes.Add(scope);
            Signal();
        }
    }

    /// <summary>Asks for all scopes.</summary>
    public void RequestAll()
    {
        lock (_lock)
        {
            _isAll = true;
            Signal();
        }
    }

    /// <summary>Waits for something to do, or for so long that all is due.</summary>
    /// <returns>The scopes; <see langword="null"/> for all.</returns>
    public async ValueTask<IReadOnlyCollection<string>?> TakeAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        bool isAsked = await _signal.WaitAsync(interval, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            HashSet<string> taken = _scopes;
            bool isAll = _isAll || !isAsked;
            _scopes = new HashSet<string>(StringComparer.Ordinal);
            _isAll = false;
            return isAll ? null : taken;
        }
    }

    public void Dispose() => _signal.Dispose();

    private void Signal()
    {
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }
}
