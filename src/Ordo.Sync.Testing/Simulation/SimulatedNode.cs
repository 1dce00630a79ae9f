using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Oracles;
using Ordo.Sync.Testing.Simulation.Scheduling;
using Ordo.Sync.Testing.Simulation.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Testing.Simulation;

/// <summary>A machine of a simulated world: a device or a hub, with a store, a disk and a clock of its own.</summary>
public abstract partial class SimulatedNode
{
    private readonly Dictionary<(SimulatedNode Caller, string Scope), SimulatedRights> _rights = [];
    private readonly Dictionary<(SimulatedNode Caller, string Scope), int> _approvedPushes = [];
    private ISimulatedMedium _medium;

    private protected SimulatedNode(SimulatedWorld world, string name, ISimulatedMedium medium)
    {
        World = world;
        Name = name;
        Principal = name;
        _medium = medium;
        Clock = new NodeClock(world.Loop, world.Start);
    }

    /// <summary>Its name: the author of what it writes, the principal it calls others as.</summary>
    public string Name { get; }

    /// <summary>As whom it calls others: its name, or that of the device of which it is a copy.</summary>
    internal string Principal { get; private protected set; }

    /// <summary>Whether it runs.</summary>
    public bool IsUp { get; private set; }

    /// <summary>How far its clock is ahead of the world's. Setting it lets the clock jump.</summary>
    public TimeSpan ClockOffset
    {
        get => Clock.Offset;
        set
        {
            Clock.Offset = value;
            World.NoteClock(value);
        }
    }

    /// <summary>The time as this node sees it.</summary>
    public TimeProvider Time => Clock;

    /// <summary>Whether others reach it: it runs and has opened.</summary>
    internal bool IsOpen { get; private set; }

    internal SimulatedWorld World { get; }

    internal NodeClock Clock { get; }

    /// <summary>Counts its lives: what one began, the next does not go on with.</summary>
    internal long Life { get; private set; }

    internal SimulatedStore Store { get; private set; } = null!;

    /// <summary>Whether somebody may decide about academic records in a scope; <see langword="null"/> where it is not asked.</summary>
    internal virtual Func<string, string, bool>? Approves => null;

    internal abstract CollectionCatalog Catalog { get; }

    /// <summary>Lets a caller do something in a scope from now on; without, it may do everything.</summary>
    public void Grant(SimulatedNode caller, string scope, SimulatedRights rights)
    {
        ArgumentNullException.ThrowIfNull(caller);
        _rights[(caller, scope)] = rights;
    }

    /// <summary>Lets a caller do what another may.</summary>
    internal void GrantAsTo(SimulatedNode caller, SimulatedNode copy)
    {
        foreach (((SimulatedNode _, string scope), SimulatedRights rights) in _rights.Where(right => right.Key.Caller == caller).ToArray())
        {
            _rights[(copy, scope)] = rights;
        }
    }

    /// <summary>
    /// The node dies: at once, or at one of the next effects on its disk, in the middle of whatever it does. What was not
    /// acknowledged may be gone.
    /// </summary>
    /// <param name="afterEffects">How many effects on its disk still happen; 0 for none.</param>
    /// <param name="isPowerCut">
    /// Whether the power fails, so that commits at <see cref="Durability.Normal"/> may be gone too. The default is that the process
    /// dies.
    /// </param>
    public void Crash(int afterEffects = 0, bool isPowerCut = false)
    {
        if (!IsUp)
        {
            return;
        }

        if (afterEffects == 0)
        {
            Die(isPowerCut);
        }
        else
        {
            Store.Disk.ArmCrash(afterEffects, () => Die(isPowerCut));
        }
    }

    /// <summary>Lets a write to come fail as on a full disk.</summary>
    /// <param name="afterEffects">How many effects on the disk go well before.</param>
    public void FailDisk(int afterEffects = 0) => Store.Disk.ArmError(afterEffects);

    /// <summary>
    /// Lets every flush of its disk fail until it dies: commits stand, whoever waits for the flush is told, and a power cut may take them.
    /// </summary>
    public void FailFlushes() => Store.Disk.ArmFlushError();

    /// <summary>Starts the node again after it died, from what is left on its disk. Nothing happens where it runs.</summary>
    public void Restart() => World.Run(StartAsync);

    /// <summary>What was armed does not happen any more.</summary>
    internal void Disarm() => Store.Disk.Disarm();

    internal SimulatedRights RightsOf(SimulatedNode caller, string scope) =>
        _rights.GetValueOrDefault((caller, scope), SimulatedRights.All);

    /// <summary>Whether a caller may decide, or might when a push of it arrived that is still being taken.</summary>
    internal bool MayHaveApproved(SimulatedNode caller, string scope) =>
        RightsOf(caller, scope).HasFlag(SimulatedRights.Approve) || _approvedPushes.GetValueOrDefault((caller, scope)) > 0;

    /// <summary>A push has arrived whose caller may decide, or was taken.</summary>
    internal void CountApprovedPush(SimulatedNode caller, string scope, int by) =>
        _approvedPushes[(caller, scope)] = _approvedPushes.GetValueOrDefault((caller, scope)) + by;

    internal ConflictStrategy StrategyOf(string collection) => Catalog.StrategyOf(collection);

    internal SiblingPolicy PolicyOf(string collection) => Catalog.PolicyOf(collection);

    /// <summary>Whether it answers others about a scope.</summary>
    internal virtual bool Serves(string scope) => true;

    /// <summary>What waits in it stays within its bounds.</summary>
    /// <param name="writtenCount">The records that the commit wrote which it has just made.</param>
    internal virtual void JudgeBounds(int writtenCount)
    {
    }

    /// <summary>What others speak to.</summary>
    internal abstract ISyncTransport ListenTo(SimulatedNode caller);

    /// <summary>Returns where the node is still in that life; else never, for nothing of it runs any more.</summary>
    internal Task RequireLifeAsync(long life) => life == Life && IsUp ? Task.CompletedTask : new TaskCompletionSource().Task;

    internal Task<bool> StartAsync() => StartAsync(renews: false);

    private async Task<bool> StartAsync(bool renews, IReadOnlyList<ReplicaId>? former = null)
    {
        if (IsUp)
        {
            return false;
        }

        var disk = new SimulatedDisk(World.Loop, World.Random, World.Statistics) { DelayChance = World.DiskDelayChance };
        Store = new SimulatedStore(
            _medium.Mount(),
            disk,
            _medium,
            new NodeWitness(this, World.Ledger, World.Statistics, World.Report),
            renews ? World.Random : null,
            former);
        IsUp = true;
        await OpenAsync().ConfigureAwait(false);
        IsOpen = true;
        return true;
    }

    /// <summary>Brings the parts of the node up over its store.</summary>
    private protected abstract Task OpenAsync();

    /// <summary>Lets go of the parts; their store is dead.</summary>
    private protected abstract void Abandon();

    internal async ValueTask CloseAsync()
    {
        if (IsUp)
        {
            Stop();
        }

        await _medium.DisposeAsync().ConfigureAwait(false);
    }

    private void Die(bool isPowerCut)
    {
        Stop();
        World.Statistics.CrashCount++;
        World.Trace($"{Name} dies{(isPowerCut ? " with the power" : string.Empty)}");
        ValueTask<int> cut = _medium.CutAsync(isPowerCut, World.Random);
        World.Statistics.UndoneCommitCount += cut.IsCompletedSuccessfully ? cut.Result : cut.AsTask().GetAwaiter().GetResult();
    }

    private void Stop()
    {
        Life++;
        IsUp = false;
        IsOpen = false;
        Store.Disk.IsDead = true;
        _approvedPushes.Clear();
        Abandon();
    }
}
