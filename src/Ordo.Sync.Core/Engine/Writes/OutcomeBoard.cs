using System.Collections.Concurrent;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication;

namespace Ordo.Sync.Engine.Writes;

/// <summary>Where writes learn what the hub made of them. Thread-safe.</summary>
internal sealed class OutcomeBoard
{
    // Receipts are asked soon or never: what is older than this many conflicts of a scope counts as accepted again.
    private const int RememberedMax = 10_000;

    private readonly ConcurrentDictionary<string, ScopeBoard> _scopes = new(StringComparer.Ordinal);

    public Task<WriteOutcome> WaitAsync(string scope, GlobalDot version, CancellationToken cancellationToken) =>
        Board(scope).WaitAsync(version).WaitAsync(cancellationToken);

    /// <summary>The hub knows these versions; some of them met a concurrent one there.</summary>
    public void Acknowledge(string scope, GlobalVector knowledge, IReadOnlyList<GlobalDot> conflicts, WriteOutcome met) =>
        Board(scope).Acknowledge(knowledge, conflicts, met);

    private ScopeBoard Board(string scope) => _scopes.GetOrAdd(scope, static _ => new ScopeBoard());

    private sealed class ScopeBoard
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<GlobalDot, TaskCompletionSource<WriteOutcome>> _waiting = [];
        private readonly Dictionary<GlobalDot, WriteOutcome> _special = [];
        private readonly Queue<GlobalDot> _remembered = new();
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

        public void Acknowledge(GlobalVector knowledge, IReadOnlyList<GlobalDot> conflicts, WriteOutcome met)
        {
            lock (_lock)
            {
                _acknowledged = knowledge;
                foreach (GlobalDot version in conflicts)
                {
                    Remember(version, met);
                }

                foreach ((GlobalDot version, TaskCompletionSource<WriteOutcome> waiter) in _waiting.ToArray())
                {
                    if (knowledge[version.Replica] >= version.Counter)
                    {
                        _waiting.Remove(version);
                        waiter.SetResult(_special.GetValueOrDefault(version, WriteOutcome.Accepted));
                    }
                }
            }
        }

        private void Remember(GlobalDot version, WriteOutcome met)
        {
            if (!_special.TryAdd(version, met))
            {
                return;
            }

            _remembered.Enqueue(version);
            if (_remembered.Count > RememberedMax)
            {
                _special.Remove(_remembered.Dequeue());
            }
        }
    }
}
