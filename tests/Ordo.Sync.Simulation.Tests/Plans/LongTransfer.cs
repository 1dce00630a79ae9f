using Ordo.Sync.Engine;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Transfers of many pages, between any two of which others change what was sent already and what is still to come.</summary>
/// <param name="world">The world.</param>
/// <param name="editor">Edits.</param>
/// <param name="begin">Starts work that the plan watches over.</param>
internal sealed class LongTransfer(SimulatedWorld world, Editor editor, Func<Func<Task>, Task> begin)
{
    private const int RoundCount = 12;

    /// <summary>Lets a device receive a scope.</summary>
    /// <param name="device">The device that receives.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="isRefill">Whether it leaves the scope before, so that it is filled page by page.</param>
    /// <param name="hasLongCard">Whether a card is written behind all others that is so long that its changes travel alone.</param>
    public void Run(SimulatedDevice device, string scope, bool isRefill, bool hasLongCard = false)
    {
        List<SimulatedDevice> others =
            [.. world.Devices.Where(other => other != device && other.IsUp && IsIn(other, scope))];
        if (others.Count == 0 || !device.IsUp)
        {
            return;
        }

        SimulatedDevice writer = others[0];
        begin(() => editor.WriteLongAsync(writer, scope));
        world.Pass(TimeSpan.FromSeconds(1));
        if (hasLongCard)
        {
            begin(() => editor.WriteLongCardAsync(writer, scope));
        }

        Change(writer, scope);
        world.Pass(TimeSpan.FromSeconds(5));
        if (!device.IsUp)
        {
            return;
        }

        begin(() => ReceiveAsync(device, scope, isRefill));
        for (int i = 0; i < RoundCount; i++)
        {
            Change(others[i % others.Count], scope);
            if (i % 4 == 3 && device.IsUp && IsIn(device, scope))
            {
                begin(() => editor.EditShortAsync(device, scope));
            }

            world.Pass(TimeSpan.FromMilliseconds(5 + world.Random.Next(25)));
        }

        world.Pass(TimeSpan.FromSeconds(10));
    }

    /// <summary>Lets all devices receive each other's records of a scope at once.</summary>
    public void Cross(string scope)
    {
        List<SimulatedDevice> devices = [.. world.Devices.Where(device => device.IsUp && IsIn(device, scope))];
        devices.ForEach(device => begin(() => editor.WriteLongAsync(device, scope)));
        world.Pass(TimeSpan.FromSeconds(1));
        devices.FindAll(device => device.IsUp).ForEach(device => begin(() => device.Engine.SyncAsync().AsTask()));
    }

    private void Change(SimulatedDevice device, string scope)
    {
        if (device.IsUp && IsIn(device, scope))
        {
            begin(async () =>
            {
                await editor.EditShortAsync(device, scope);
                await device.Engine.SyncAsync();
            });
        }
    }

    private static async Task ReceiveAsync(SimulatedDevice device, string scope, bool isRefill)
    {
        ISyncEngine engine = device.Engine;
        if (isRefill)
        {
            if (IsIn(device, scope))
            {
                await engine.UnsubscribeAsync(scope, UnsyncedWrites.MoveToInbox);
            }

            await engine.SubscribeAsync(scope);
        }

        await engine.SyncAsync();
    }

    private static bool IsIn(SimulatedDevice device, string scope) => device.Engine.Subscriptions.Contains(scope);
}
