using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>A dot source that counts on from the last counter its replica issued. Not thread-safe.</summary>
public sealed class DotSource : IDotSource
{
    /// <summary>Makes a source whose first dot is <paramref name="last"/> + 1.</summary>
    /// <param name="replica">The incarnation that writes.</param>
    /// <param name="last">The last counter it issued; 0 where it issued none.</param>
    /// <exception cref="ArgumentOutOfRangeException">The counter is negative or beyond <see cref="Dot.CounterMax"/>.</exception>
    public DotSource(ReplicaId replica, long last = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(last);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, Dot.CounterMax);
        Replica = replica;
        Last = last;
    }

    /// <inheritdoc/>
    public ReplicaId Replica { get; }

    /// <summary>The last counter issued: what the write's knowledge must claim.</summary>
    public long Last { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The replica's 44 bits of counters are used up.</exception>
    public long Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (Last > Dot.CounterMax - count)
        {
            throw new InvalidOperationException($"Replica {Replica} has no counters left; take a new incarnation.");
        }

        long first = Last + 1;
        Last += count;
        return first;
    }
}
