using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>
/// Moments at which three have to meet in an order that chance would hardly ever find, or at which something comes late: brought about.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="editor">Edits.</param>
/// <param name="isNewer">Whether the app of a device is the newer one.</param>
/// <param name="begin">Starts work that the plan watches over.</param>
internal sealed class Encounters(SimulatedWorld world, Editor editor, Func<SimulatedDevice, bool> isNewer, Action<Func<Task>> begin)
    : Moments(world, editor, isNewer, begin, WriterCount)
{
    private const int WriterCount = 6;
    private const int TransferMilliseconds = 150;
    private const int PushCount = 6;

    // More than anybody lets a peer be ahead; and a little more than that.
    private static readonly TimeSpan FarAhead = TimeSpan.FromMinutes(12);
    private static readonly TimeSpan JustAhead = TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestForm = TimeSpan.FromMinutes(1);

    // The longest that a message may be late.
    private static readonly TimeSpan LatestMessage = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A device writes before it has met anybody; one who asks it gets that, edits it, and tells a third. From that one the device is
    /// filled, which brings it what took the place of its own, and goes on with another before it is full: what it has received is dropped,
    /// and with it whatever its old name would claim.
    /// </summary>
    public void ShareFill(SimulatedDevice device, SimulatedDevice peer)
    {
        World.Weather = NetworkConditions.Calm;
        SimulatedDevice other = ThirdOf(device, peer);
        EditAtOnce(device);
        World.Pass(LongestForm);
        Visit(other, device);
        EditAtOnce(other);
        World.Pass(LongestForm);
        Visit(other, peer);
        WriteLong(peer, other);
        foreach (SimulatedDevice to in new[] { peer, other }.Where(_ => device.IsUp))
        {
            device.ConnectTo(to);
            Start(() => device.Engine.SyncAsync().AsTask());
            Wait(TransferMilliseconds);
            EditAtOnce(device);
            Wait(TransferMilliseconds);
        }

        World.Pass(LongestForm);
    }

    /// <summary>
    /// A device has given away what runs ahead, in one of four ways, when a peer refuses it for its clock: it must not stamp anew, earlier,
    /// what others may have, or may have preferred to something else.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="peer">Who refuses it.</param>
    /// <param name="way">How what runs ahead gets from one to the other before: by a pull, by a pull of its own, by a push, in a bundle.</param>
    public void SpreadAhead(SimulatedDevice device, SimulatedDevice peer, int way)
    {
        World.Weather = NetworkConditions.Calm;
        World.Pass(LongestForm);
        SimulatedDevice other = ThirdOf(device, peer);
        if (!device.IsUp || !other.IsUp)
        {
            return;
        }

        Action give = (way % 4) switch
        {
            0 => () => Visit(other, device),
            1 => () => Visit(device, other),
            2 => () => PushUnheard(device, other),
            _ => () => Carry(device, other),
        };
        SimulatedDevice[] ahead = way % 4 == 0 ? [device] : [device, other];
        Array.ForEach(ahead, one => one.ClockOffset += FarAhead);
        EditAtOnce(way % 4 == 1 ? other : device);
        World.Pass(LongestForm);
        give();
        EditAtOnce(device);
        World.Pass(LongestForm);
        Visit(device, peer);
    }

    /// <summary>
    /// A device runs ahead of its hub by a little more than that takes; it is refused, stamps its writes anew, and is cut off before it can tell
    /// them. Others write meanwhile, and a copy of what was refused arrives at a time when the hub would take it.
    /// </summary>
    public void RefuseLate(SimulatedDevice device)
    {
        World.Weather = NetworkConditions.Calm;
        World.Pass(LongestForm);
        SimulatedNode hub = device.Peer!;
        SimulatedDevice other = World.Devices.First(one => one != device);
        device.ClockOffset += JustAhead;
        for (int i = 0; i < PushCount && device.IsUp; i++)
        {
            EditShort(device);
        }

        Wait(TransferMilliseconds);
        if (!device.IsUp)
        {
            return;
        }

        World.Weather = NetworkConditions.Calm with { Duplication = 1 };
        Start(() => device.Engine.SyncAsync().AsTask());
        Wait(TransferMilliseconds);
        World.Partition(device, hub);
        World.Weather = NetworkConditions.Calm;
        EditShort(other);
        World.Pass(TimeSpan.FromSeconds(1));
        Sync(other);
        World.Pass(LatestMessage);
        World.Heal(device, hub);
        Sync(device);
    }

    /// <summary>
    /// A device pushes many pages again and again, is cut off in the middle, and has changed the first of them when it begins anew, so that no
    /// page holds what it held before; all pages come a second time, some while others of the next push are awaited.
    /// </summary>
    public void MixPages(SimulatedDevice device)
    {
        SimulatedNode hub = device.Peer!;
        World.Weather = NetworkConditions.Calm with { Duplication = 1, LatencyMax = TimeSpan.FromSeconds(1) };
        WriteLong(device);
        for (int i = 0; i < PushCount && device.IsUp; i++)
        {
            Sync(device);
            Wait(4_000);
            World.Partition(device, hub);
            World.Pass(TimeSpan.FromSeconds(1));
            World.Heal(device, hub);
            if (device.IsUp)
            {
                Start(() => Editor.RewriteLongAsync(device, Campus.Scopes[0]));
            }

            Wait(200);
        }

        Sync(device);
        World.Pass(LatestMessage);
        World.Weather = NetworkConditions.Calm;
    }

    // The answer never comes: the device dies sooner or later while it pushes.
    private void PushUnheard(SimulatedDevice device, SimulatedDevice to)
    {
        device.ConnectTo(to);
        Sync(device);
        Wait(TransferMilliseconds);
        device.Crash();
        device.Restart();
    }

    private void Carry(SimulatedDevice from, SimulatedDevice to)
    {
        var carried = new MemoryStream();
        Start(async () =>
        {
            await from.Engine.Bundles.ExportAsync(carried);
            carried.Position = 0;
            await to.Engine.Bundles.ImportAsync(carried, new BundleImportOptions());
        });
        World.Pass(LongestForm);
    }

    private void Visit(SimulatedDevice device, SimulatedDevice to)
    {
        if (device.IsUp)
        {
            device.ConnectTo(to);
            Sync(device);
            World.Pass(TimeSpan.FromSeconds(2));
        }
    }

    private void EditShort(SimulatedDevice device)
    {
        foreach (string scope in device.IsUp ? Campus.Scopes : [])
        {
            Start(() => Editor.EditShortAsync(device, scope));
        }
    }
}
