using Ordo.Sync.Testing.Simulation.Oracles;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation;

// Backups, and what comes of putting them back or of running a copy beside the original.
public abstract partial class SimulatedNode
{
    // What the node had sent before has arrived by then, or never does: late messages come within a minute.
    private static readonly TimeSpan RestoreTime = TimeSpan.FromMinutes(2);

    /// <summary>Copies what is on its disk; the node may run meanwhile.</summary>
    public SimulatedBackup BackUp() => World.Run(BackUpAsync);

    /// <summary>
    /// The node dies, and comes back two minutes later with what was on its disk when a backup was made. What it alone had of
    /// what came after is lost, since nobody can know of it any more; everything else has to be there in the end.
    /// </summary>
    /// <param name="backup">A backup of this node.</param>
    /// <param name="isNoticed">
    /// Whether the store notices when it opens that it has gone back in time, as it does where the file beside it, which is no part
    /// of backups, says otherwise. If not, as after the image of a whole machine was put back, it goes on under the name it had, and others
    /// have to find out. The default is <see langword="true"/>.
    /// </param>
    /// <exception cref="ArgumentException">The backup is of another node, or void: the node was put back to an older one since.</exception>
    public void Restore(SimulatedBackup backup, bool isNoticed = true)
    {
        ArgumentNullException.ThrowIfNull(backup);
        if (backup.Node != this)
        {
            throw new ArgumentException($"The backup is of {backup.Node.Name}, not of {Name}.", nameof(backup));
        }

        if (backup.IsVoid)
        {
            throw new ArgumentException(
                $"{Name} was put back to an older backup since: what came after that one is in no world's past any more.", nameof(backup));
        }

        Crash();
        World.HasCopies = true;
        World.Pass(RestoreTime);
        World.Run(() => RestoreAsync(backup, isNoticed));
    }

    internal async Task<SimulatedBackup> BackUpAsync()
    {
        ISimulatedMedium copy = await _medium.CopyAsync(isNoticed: false).ConfigureAwait(false);
        NodeKnowledge held = await NodeKnowledge.ReadAsync(this, copy).ConfigureAwait(false);
        World.Trace($"{Name} is backed up at {held.Counter}");
        var backup = new SimulatedBackup(copy, held, World.Ledger.Names.BranchesOf(this));
        World.Keep(backup);
        return backup;
    }

    /// <summary>Starts for the first time, over a copy of what another node had on its disk.</summary>
    internal Task<bool> StartCopyAsync(bool isNoticed) => StartAsync(renews: isNoticed);

    /// <summary>It is down: what it wrote and a power cut took is over, also if it never comes up again with what the cut left.</summary>
    internal void ForgetCut(NodeKnowledge left)
    {
        if (World.Ledger.Forget(this, left.Replica, left.Counter) is { } lost)
        {
            World.Report($"{Name} is left without {lost}, which its app was told is on the disk.");
        }
    }

    private async Task<bool> RestoreAsync(SimulatedBackup backup, bool isNoticed)
    {
        var losses = new RestoreLosses(World.Ledger);
        NodeKnowledge before = await NodeKnowledge.ReadAsync(this, _medium).ConfigureAwait(false);
        ForgetCut(before);
        losses.NoteBefore(before);
        await _medium.DisposeAsync().ConfigureAwait(false);
        _medium = await backup.Medium.CopyAsync(isNoticed).ConfigureAwait(false);
        VersionNames names = World.Ledger.Names;
        names.PutBack(this, backup.Replica, backup.Counter, backup.Branches);
        var all = new List<NodeKnowledge>();
        foreach (SimulatedNode node in World.Nodes)
        {
            all.Add(await NodeKnowledge.ReadAsync(node, node._medium).ConfigureAwait(false));
        }

        World.VoidAfter(backup);
        int lost = losses.Settle(all);
        World.Trace($"{Name} is put back to {backup.Counter}{(isNoticed ? string.Empty : ", unnoticed")}; {lost} versions are lost");
        World.Statistics.RestoreCount++;
        if (!isNoticed)
        {
            IEnumerable<string> heardIn = all.Where(other => other.Node != this)
                .SelectMany(other => other.ScopesBeyond(backup.Replica, backup.Counter)).Distinct();
            names.Part(backup.Replica, backup.Counter, [(this, backup.Branches)], heardIn, World.Random);
        }

        return await StartAsync(renews: isNoticed, before.Former).ConfigureAwait(false);
    }
}
