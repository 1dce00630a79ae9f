using System.Collections.Concurrent;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Scheduling;

namespace Ordo.Sync.Engine.Writes;

/// <summary>Where writes learn what the hub made of them. Thread-safe.</summary>
internal sealed class OutcomeBoard
{
    // Receipts are asked soon or never: what is older than this many conflicts of a scope counts as accepted again.
    private const int RememberedMax = 10_000;

    private readonly ConcurrentDictionary<string, ScopeBoard> _scopes = new(StringComparer.Ordinal);

    public Task<WriteOutcome> WaitAsync(string scope, GlobalDot version, CancellationToken cancellationToken) =>
        Board(scope).WaitAsync(version).WaitAsync(cancellationToken);

    /// <summary>It was learnt what became of versions that the hub may not have yet.</summary>
    public void Note(string scope, IReadOnlyList<OutcomeEntry> outcomes) => Board(scope).Note(outcomes);

    /// <summary>The hub knows these versions; not all were simply accepted.</summary>
    public void Acknowledge(string scope, GlobalVector knowledge, IReadOnlyList<OutcomeEntry> outcomes) =>
        Board(scope).Acknowledge(knowledge, outcomes);

    /// <summary>The hub folded versions into a new generation, and names them no more: it knows them for ever.</summary>
    public void Fold(string scope, GlobalVector folded) => Board(scope).Fold(folded);

    private ScopeBoard Board(string scope) => _scopes.GetOrAdd(scope, static _ => new ScopeBoard());

    private sealed class ScopeBoard
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<GlobalDot, Completion<WriteOutcome>> _waiting = [];
        private readonly Dictionary<GlobalDot, WriteOutcome> _special = [];
        private readonly Queue<GlobalDot> _remembered = new();
        private GlobalVector _acknowledged = GlobalVector.Empty;
        private GlobalVector _folded = GlobalVector.Empty;

        public Task<WriteOutcome> WaitAsync(GlobalDot version)
        {
            lock (_lock)
            {
                if (IsAcknowledged(version))
                {
                    return Task.FromResult(_special.GetValueOrDefault(version, WriteOutcome.Accepted));
                }

                if (!_waiting.TryGetValue(version, out Completion<WriteOutcome>? waiter))
                {
                    waiter = new Completion<WriteOutcome>();
                    _waiting.Add(version, waiter);
                }

                return waiter.Task;
            }
        }

        public void Note(IReadOnlyList<OutcomeEntry> outcomes)
        {
            lock (_lock)
            {
                foreach (OutcomeEntry entry in outcomes)
                {
                    Remember(entry.Version, entry.Outcome);
                }
            }
        }

        public void Fold(GlobalVector folded)
        {
            lock (_lock)
            {
                _folded = GlobalVector.Of(folded.Entries.Concat(
                    _folded.Entries.Where(dot => folded[dot.Replica] == 0)));
                CompleteWaiting();
            }
        }

        public void Acknowledge(GlobalVector knowledge, IReadOnlyList<OutcomeEntry> outcomes)
        {
            lock (_lock)
            {
                _acknowledged = knowledge;
                foreach (OutcomeEntry entry in outcomes)
                {
                    Remember(entry.Version, entry.Outcome);
                }

                CompleteWaiting();
            }
        }

        private bool IsAcknowledged(GlobalDot version) =>
            Math.Max(_acknowledged[version.Replica], _folded[version.Replica]) >= version.Counter;

        private void CompleteWaiting()
        {
            foreach ((GlobalDot version, Completion<WriteOutcome> waiter) in _waiting.ToArray())
            {
                if (IsAcknowledged(version))
                {
                    _waiting.Remove(version);
                    waiter.Complete(_special.GetValueOrDefault(version, WriteOutcome.Accepted));
                }
            }
        }

        private void Remember(GlobalDot version, WriteOutcome met)
        {
            // A refusal is the last word; anything else is the first.
            if (!_special.TryAdd(version, met))
            {
                _special[version] = met == WriteOutcome.Rejected ? met : _special[version];
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
