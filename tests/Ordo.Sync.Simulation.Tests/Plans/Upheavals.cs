using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>What happens to whole stores: they are put back, and copied.</summary>
/// <param name="world">The world.</param>
/// <param name="isCertain">
/// Whether somebody tells a store that it is not the only one under its name: the one hub of all. Elsewhere only what the store notices
/// itself is safe, since two may be heard by different nodes under one name.
/// </param>
/// <param name="configure">Configures a copy by its name.</param>
internal sealed class Upheavals(SimulatedWorld world, bool isCertain, Action<OrdoSyncBuilder, string> configure)
{
    private const int DevicesMax = 6;

    private static readonly TimeSpan ShortestHorizon = TimeSpan.FromMinutes(10);

    private readonly List<SimulatedBackup> _backups = [];

    /// <summary>Copies what is on every disk.</summary>
    public void BackUp()
    {
        foreach (SimulatedNode node in world.Hubs.Concat<SimulatedNode>(world.Devices).ToArray())
        {
            _backups.Add(node.BackUp());
        }
    }

    /// <summary>Puts a device back to one of its backups.</summary>
    public void Restore(SimulatedDevice device, int amount)
    {
        if (IsAlone(device) && BackupOf(device, amount) is { } backup)
        {
            device.Restore(backup, isNoticed: !isCertain || amount % 2 == 0);
        }
    }

    /// <summary>
    /// Puts a hub back. Where it has written something itself since then, it notices: nobody else can tell it that what it writes next is not
    /// what others have heard of it.
    /// </summary>
    public void Restore(SimulatedHub hub, int amount)
    {
        if (BackupOf(hub, amount) is { } backup)
        {
            SimulatedBackup now = hub.BackUp();
            bool hasWritten = now.Replica != backup.Replica || now.Counter != backup.Counter;
            hub.Restore(backup, isNoticed: hasWritten || amount % 2 == 0);
        }
    }

    /// <summary>Copies a device, unless there are devices enough.</summary>
    public void Clone(SimulatedDevice device, string name, int amount)
    {
        if (world.Devices.Count < DevicesMax && IsAlone(device))
        {
            world.CloneDevice(device, name, isNoticed: !isCertain || amount % 3 == 0, sync => configure(sync, name));
        }
    }

    /// <summary>
    /// A hub forgets deletes, and each third time collects old history; who was away for longer than the horizon is not waited for.
    /// </summary>
    public static async Task CollectAsync(SimulatedHub hub, int amount)
    {
        TimeSpan horizon = ShortestHorizon * (1 + (amount % 4));
        if (amount % 3 == 0)
        {
            await hub.CollectHistoryAsync(age: ShortestHorizon, horizon);
        }

        await hub.CollectAsync(horizon);
    }

    // While nobody has noticed that a store is not the only one under its name, it is not copied or put back once more: what it wrote as
    // that one has no name that holds for certain.
    private bool IsAlone(SimulatedDevice device) => world.Ledger.Names.BranchesOf(device).IsEmpty;

    private SimulatedBackup? BackupOf(SimulatedNode node, int amount)
    {
        List<SimulatedBackup> ofNode = _backups.FindAll(backup => backup.Node == node && !backup.IsVoid && backup.Branches.IsEmpty);
        return ofNode.Count == 0 ? null : ofNode[amount / 2 % ofNode.Count];
    }
}
