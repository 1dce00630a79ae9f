using Ordo.Sync.Engine.Configuration;

namespace Ordo.Sync.Testing.Simulation;

// Copies of stores: those kept as backups, and those that run beside their original.
public sealed partial class SimulatedWorld
{
    private readonly List<SimulatedBackup> _backups = [];

    /// <summary>
    /// Copies a device with everything that is on its disk, as where the image of a machine is started twice: the process of the
    /// original ends for it, and both run from then on, as the same person and with the same rights.
    /// </summary>
    /// <param name="original">The device.</param>
    /// <param name="name">The name of the copy; no other node has it.</param>
    /// <param name="isNoticed">
    /// Whether the store of the copy notices that it is one when it opens. If not, both go on under one name until others find out. The default
    /// is <see langword="false"/>.
    /// </param>
    /// <param name="configure">Configures the copy's engine; by default as the original's.</param>
    /// <returns>The copy. It syncs with whom the original syncs with.</returns>
    public SimulatedDevice CloneDevice(SimulatedDevice original, string name, bool isNoticed = false, Action<OrdoSyncBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(original);
        RequireNew(name);
        original.Crash();
        HasCopies = true;
        SimulatedBackup backup = original.BackUp();
        SimulatedDevice copy = original.CopyAs(name, Run(() => backup.Medium.CopyAsync(isNoticed).AsTask()), configure);
        foreach (SimulatedNode node in Nodes)
        {
            node.GrantAsTo(original, copy);
        }

        original.ForgetCut(backup.Held);
        Ledger.NoteCopied(original, backup.Held);
        Ledger.Names.PutBack(copy, backup.Replica, backup.Counter, backup.Branches);
        if (!isNoticed)
        {
            Ledger.Names.Part(
                backup.Replica, backup.Counter, [(original, backup.Branches), (copy, backup.Branches)], heardIn: [], Random);
        }

        Statistics.CloneCount++;
        Trace($"{name} is a copy of {original.Name} at {backup.Counter}{(isNoticed ? string.Empty : ", unnoticed")}");
        _devices.Add(copy);
        original.Restart();
        Run(() => copy.StartCopyAsync(isNoticed));
        return copy;
    }

    /// <summary>Keeps a backup until the world ends.</summary>
    internal void Keep(SimulatedBackup backup) => _backups.Add(backup);

    /// <summary>A node is put back to a backup: what came later never happened.</summary>
    internal void VoidAfter(SimulatedBackup backup)
    {
        foreach (SimulatedBackup later in _backups.Skip(_backups.IndexOf(backup) + 1).Where(later => later.Node == backup.Node))
        {
            later.IsVoid = true;
        }
    }

    private void GiveBackups() => _backups.ForEach(backup => Wait(backup.Medium.DisposeAsync()));

    private static void Wait(ValueTask work)
    {
        if (!work.IsCompletedSuccessfully)
        {
            work.AsTask().GetAwaiter().GetResult();
        }
    }
}
