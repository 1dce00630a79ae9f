using Ordo.Sync.Errors;
using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>
/// The disk of one life of a node, as the store's calls meet it: some take time, the one that is armed fails, and from the moment
/// in which the node dies none returns.
/// </summary>
internal sealed class SimulatedDisk(SimulationLoop loop, SimulationRandom random, SimulationStatistics statistics)
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan FlushMax = TimeSpan.FromMilliseconds(30);

    private int? _effectsToCrash;
    private Action? _crash;
    private int? _effectsToError;
    private bool _failsFlush;

    /// <summary>The chance that a read, a begin or a commit takes time, so that others come between.</summary>
    public double DelayChance { get; set; } = 0.2;

    /// <summary>How many writes and flushes have failed in this life.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Whether the node died.</summary>
    public bool IsDead { get; set; }

    /// <summary>Lets the node die at an effect to come.</summary>
    public void ArmCrash(int effects, Action crash)
    {
        _effectsToCrash = effects;
        _crash = crash;
    }

    /// <summary>Lets a write to come fail as on a full disk.</summary>
    public void ArmError(int effects) => _effectsToError = effects;

    /// <summary>Lets every flush of this life fail: what was committed stands, and may yet be lost.</summary>
    public void ArmFlushError() => _failsFlush = true;

    /// <summary>Nothing that was armed happens any more.</summary>
    public void Disarm()
    {
        _effectsToCrash = null;
        _effectsToError = null;
        _failsFlush = false;
    }

    /// <summary>Whether this flush fails.</summary>
    public bool FailsFlush()
    {
        if (_failsFlush)
        {
            CountError();
        }

        return _failsFlush;
    }

    /// <summary>What a flush that failed tells.</summary>
    public static SyncException FlushError() =>
        new(SyncErrorCode.StoreFull, "The disk of this node did not take what was committed.", "Simulated.") { IsCommitted = true };

    /// <summary>The effect is about to happen, or has: does what the disk does to it.</summary>
    public ValueTask TouchAsync(DiskEffect effect)
    {
        loop.RequireThread();
        if (!IsDead && --_effectsToCrash < 0)
        {
            _effectsToCrash = null;
            _crash!();
        }

        if (IsDead)
        {
            return new(new TaskCompletionSource().Task);
        }

        if (effect is DiskEffect.Write or DiskEffect.Commit && --_effectsToError < 0)
        {
            _effectsToError = null;
            CountError();
            throw new SyncException(SyncErrorCode.StoreFull, "The disk of this node is full.", "Simulated.");
        }

        return effect == DiskEffect.Flush ? new(DelayAsync(FlushMax))
            : effect != DiskEffect.Write && random.Chance(DelayChance) ? new(DelayAsync(DelayMax)) : default;
    }

    private void CountError()
    {
        ErrorCount++;
        statistics.DiskErrorCount++;
    }

    private async Task DelayAsync(TimeSpan max)
    {
        await loop.DelayAsync(max * random.NextDouble()).ConfigureAwait(false);
        if (IsDead)
        {
            await new TaskCompletionSource().Task.ConfigureAwait(false);
        }
    }
}
