using Ordo.Sync.Engine;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>New generations of scopes, at moments at which devices are in the middle of something.</summary>
/// <param name="world">The world.</param>
/// <param name="editor">Edits.</param>
/// <param name="isNewer">Whether the app of a device is the newer one.</param>
/// <param name="begin">Starts work that the plan watches over.</param>
internal sealed class Compactions(SimulatedWorld world, Editor editor, Func<SimulatedDevice, bool> isNewer, Action<Func<Task>> begin)
    : Moments(world, editor, isNewer, begin, WriterCount)
{
    private const int WriterCount = 4;
    private const int TransferMilliseconds = 150;

    // One hub alone does so; others follow.
    private SimulatedHub Hub => World.Hubs[0];

    /// <summary>The hub begins new generations.</summary>
    public void Begin()
    {
        if (Hub.IsUp)
        {
            Start(() => Hub.CompactAsync());
        }
    }

    /// <summary>The hub does so while a device receives many pages, or sends them, and others go on writing.</summary>
    /// <param name="device">The device.</param>
    /// <param name="isRefill">Whether it has left the scope before, so that it is filled page by page.</param>
    public void BeginMidway(SimulatedDevice device, bool isRefill)
    {
        SimulatedDevice writer = World.Devices.FirstOrDefault(other => other != device) ?? device;
        string scope = Campus.Scopes[1];
        if (!device.IsUp || !writer.IsUp)
        {
            return;
        }

        Start(() => Editor.WriteLongAsync(writer, scope));
        World.Pass(TimeSpan.FromSeconds(1));
        Sync(writer);
        Wait(writer == device ? TransferMilliseconds : 2_000);
        EditAtOnce(device);
        if (device.IsUp)
        {
            Start(() => ReceiveAsync(device, scope, isRefill));
        }

        Wait(TransferMilliseconds);
        Begin();
        EditAtOnce(writer);
        Wait(TransferMilliseconds);
        Sync(writer);
        World.Pass(TimeSpan.FromSeconds(5));
    }

    /// <summary>
    /// A device is cut off while it pushes, so that it does not hear what became of that, and edits what it pushed; the hub begins new
    /// generations meanwhile, one after the other, and others write in them.
    /// </summary>
    public void BeginUnheard(SimulatedDevice device)
    {
        EditAtOnce(device);
        Wait(TransferMilliseconds);
        Sync(device);
        Wait(TransferMilliseconds);
        World.Partition(device, Hub);
        EditAtOnce(device);
        for (int i = 0; i < 2; i++)
        {
            Begin();
            World.Pass(TimeSpan.FromSeconds(1));
            foreach (SimulatedDevice other in World.Devices.Where(other => other != device && other.IsUp).ToArray())
            {
                EditAtOnce(other);
                Wait(TransferMilliseconds);
                Sync(other);
            }

            World.Pass(TimeSpan.FromSeconds(5));
        }

        EditAtOnce(device);
        World.Heal(device, Hub);
        Sync(device);
    }

    private static async Task ReceiveAsync(SimulatedDevice device, string scope, bool isRefill)
    {
        ISyncEngine engine = device.Engine;
        if (isRefill)
        {
            if (engine.Subscriptions.Contains(scope))
            {
                await engine.UnsubscribeAsync(scope, UnsyncedWrites.MoveToInbox);
            }

            await engine.SubscribeAsync(scope);
        }

        await engine.SyncAsync();
    }
}
