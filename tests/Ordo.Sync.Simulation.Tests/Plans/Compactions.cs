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
{
    private const int WriterCount = 4;
    private const int TransferMilliseconds = 150;

    // One hub alone does so; others follow.
    private SimulatedHub Hub => world.Hubs[0];

    /// <summary>The hub begins new generations.</summary>
    public void Begin()
    {
        if (Hub.IsUp)
        {
            begin(() => Hub.CompactAsync());
        }
    }

    /// <summary>The hub does so while a device receives many pages, or sends them, and others go on writing.</summary>
    /// <param name="device">The device.</param>
    /// <param name="isRefill">Whether it has left the scope before, so that it is filled page by page.</param>
    public void BeginMidway(SimulatedDevice device, bool isRefill)
    {
        SimulatedDevice writer = world.Devices.FirstOrDefault(other => other != device) ?? device;
        string scope = Campus.Scopes[1];
        if (!device.IsUp || !writer.IsUp)
        {
            return;
        }

        begin(() => editor.WriteLongAsync(writer, scope));
        world.Pass(TimeSpan.FromSeconds(1));
        Sync(writer);
        Wait(writer == device ? TransferMilliseconds : 2_000);
        EditAtOnce(device);
        if (device.IsUp)
        {
            begin(() => ReceiveAsync(device, scope, isRefill));
        }

        Wait(TransferMilliseconds);
        Begin();
        EditAtOnce(writer);
        Wait(TransferMilliseconds);
        Sync(writer);
        world.Pass(TimeSpan.FromSeconds(5));
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
        world.Partition(device, Hub);
        EditAtOnce(device);
        for (int i = 0; i < 2; i++)
        {
            Begin();
            world.Pass(TimeSpan.FromSeconds(1));
            foreach (SimulatedDevice other in world.Devices.Where(other => other != device && other.IsUp).ToArray())
            {
                EditAtOnce(other);
                Wait(TransferMilliseconds);
                Sync(other);
            }

            world.Pass(TimeSpan.FromSeconds(5));
        }

        EditAtOnce(device);
        world.Heal(device, Hub);
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

    private void Sync(SimulatedDevice device)
    {
        if (device.IsUp)
        {
            begin(() => device.Engine.SyncAsync().AsTask());
        }
    }

    private void EditAtOnce(SimulatedDevice device)
    {
        for (int i = 0; i < WriterCount && device.IsUp; i++)
        {
            begin(() => editor.EditAsync(device, isNewer(device)));
        }
    }

    private void Wait(int millisecondsMax) => world.Pass(TimeSpan.FromMilliseconds(1 + world.Random.Next(millisecondsMax)));
}
