using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Live;

/// <summary>What one listener has not heard yet: each changed scope once. For one reader; disposing ends it.</summary>
public sealed class ChangeSubscription : IDisposable
{
    private readonly Action<ChangeSubscription> _remove;
    private readonly ImmutableArray<ReplicaId> _own;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _signal = new(0);
    private HashSet<string> _changed = new(StringComparer.Ordinal);
    private int _isDisposed;

    internal ChangeSubscription(
        ImmutableArray<string> scopes, ImmutableArray<ReplicaId> own, Action<ChangeSubscription> remove)
    {
        Scopes = scopes;
        _own = own;
        _remove = remove;
    }

    /// <summary>The scopes it hears of.</summary>
    public ImmutableArray<string> Scopes { get; }

    /// <summary>Waits until scopes changed, and takes their names.</summary>
    /// <param name="timeout">How long to wait; nothing changed meanwhile gives an empty answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IReadOnlyCollection<string>> TakeAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await _signal.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            HashSet<string> taken = _changed;
            _changed = new HashSet<string>(StringComparer.Ordinal);
            return taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _remove(this);
        }
    }

    internal void Notify(ScopeChange change)
    {
        if (_own.Contains(change.Origin))
        {
            return;
        }

        lock (_lock)
        {
            // One signal for all that is not taken yet.
            if (_changed.Add(change.Scope) && _changed.Count == 1)
            {
                _signal.Release();
            }
        }
    }
}
