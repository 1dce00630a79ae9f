using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Replication.Live;

/// <summary>
/// Tells listeners which scopes changed. Says that a scope changed, never what: a listener pulls, with its rights. Never waits for a
/// listener, and keeps for each no more than the names of its scopes. Thread-safe.
/// </summary>
public sealed class ChangeBroadcaster
{
    private readonly ConcurrentDictionary<string, ImmutableArray<ChangeSubscription>> _listeners = new(StringComparer.Ordinal);

    /// <summary>The scopes that somebody listens to at the moment.</summary>
    public IReadOnlyCollection<string> Scopes => [.. _listeners.Keys];

    /// <summary>Begins to listen.</summary>
    /// <param name="scopes">The scopes to hear of.</param>
    /// <param name="own">The listener's own replicas: what they bring it need not be told.</param>
    public ChangeSubscription Subscribe(IReadOnlyCollection<string> scopes, IReadOnlyCollection<ReplicaId> own)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        var subscription = new ChangeSubscription([.. scopes], [.. own], Remove);
        foreach (string scope in subscription.Scopes)
        {
            _listeners.AddOrUpdate(
                scope, static (_, added) => [added], static (_, present, added) => present.Add(added), subscription);
        }

        return subscription;
    }

    /// <summary>Tells who listens.</summary>
    public void Publish(ScopeChange change)
    {
        if (!_listeners.TryGetValue(change.Scope, out ImmutableArray<ChangeSubscription> listeners))
        {
            return;
        }

        foreach (ChangeSubscription listener in listeners)
        {
            listener.Notify(change);
        }
    }

    private void Remove(ChangeSubscription subscription)
    {
        foreach (string scope in subscription.Scopes)
        {
            ImmutableArray<ChangeSubscription> left = _listeners.AddOrUpdate(
                scope, static (_, _) => [], static (_, present, gone) => present.Remove(gone), subscription);
            if (left.IsEmpty)
            {
                _listeners.TryRemove(new KeyValuePair<string, ImmutableArray<ChangeSubscription>>(scope, left));
            }
        }
    }
}
