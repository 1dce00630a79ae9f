using System.Collections.Concurrent;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication;

namespace Ordo.Sync.Engine.Writes;

/// <summary>Where writes learn what the hub made of them. Thread-safe.</summary>
internal sealed class OutcomeBoard
{
    private readonly ConcurrentDictionary<string, ScopeBoard> _scopes = new(StringComparer.Ordinal);

    public Task<WriteOutcome> WaitAsync(string scope, GlobalDot version, CancellationToken cancellationToken) =>
        Board(scope).WaitAsync(version).WaitAsync(cancellationToken);

    /// <summary>The hub knows these versions.</summary>
    public void Acknowledge(string scope, GlobalVector knowledge, Func<GlobalDot, WriteOutcome> outcomeOf) =>
        Board(scope).Acknowledge(knowledge, outcomeOf);

    private ScopeBoard Board(string scope) => _scopes.GetOrAdd(scope, static _ => new ScopeBoard());

    private sealed class ScopeBoard
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<GlobalDot, TaskCompletionSource<WriteOutcome>> _waiting = [];
        private readonly Dictionary<GlobalDot, WriteOutcome> _special = [];
        private GlobalVector _acknowledged = GlobalVector.Empty;

        public Task<WriteOutcome> WaitAsync(GlobalDot version)
        {
            lock (_lock)
            {
                if (_acknowledged[version.Replica] >= version.Counter)
                {
                    return Task.FromResult(_special.GetValueOrDefault(version, WriteOutcome.Accepted));
                }

                if (!_waiting.TryGetValue(version, out TaskCompletionSource<WriteOutcome>? waiter))
                {
                    waiter = new TaskCompletionSource<WriteOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
                    _waiting.Add(version, waiter);
                }

                return waiter.Task;
            }
        }

        public void Acknowledge(GlobalVector knowledge, Func<GlobalDot, WriteOutcome> outcomeOf)
        {
            lock (_lock)
            {
                _acknowledged = knowledge;
                foreach ((GlobalDot version, TaskCompletionSource<WriteOutcome> waiter) in _waiting.ToArray())
                {
                    if (knowledge[version.Replica] < version.Counter)
                    {
                        continue;
                    }

                    _waiting.Remove(version);
                    WriteOutcome outcome = outcomeOf(version);
                    if (outcome != WriteOutcome.Accepted)
                    {
                        _special[version] = outcome;
                    }

                    waiter.SetResult(outcome);
                }
            }
        }
    }
}
