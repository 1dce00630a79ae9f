using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>
/// What goes wrong seldom and only at one moment, brought about at that moment: chance alone would hardly ever meet it.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="editor">Edits.</param>
/// <param name="isNewer">Whether the app of a device is the newer one.</param>
/// <param name="begin">Starts work that the plan watches over.</param>
internal sealed class Disasters(SimulatedWorld world, Editor editor, Func<SimulatedDevice, bool> isNewer, Action<Func<Task>> begin)
    : Moments(world, editor, isNewer, begin, WriterCount)
{
    private const int RoundCount = 3;
    private const int WriterCount = 6;
    private const int FillMilliseconds = 100;

    // More than a hub lets anybody be ahead.
    private static readonly TimeSpan FarAhead = TimeSpan.FromMinutes(12);
    private static readonly TimeSpan LongestForm = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Several write at once, so that one flush is under way while others are told; then the power goes, sooner or later.
    /// </summary>
    /// <param name="device">Where.</param>
    /// <param name="failsFlush">Whether no flush succeeds meanwhile: nobody may be told that what it was to bring to the disk is there.</param>
    public void Blackout(SimulatedDevice device, bool failsFlush)
    {
        for (int i = 0; i < RoundCount && device.IsUp; i++)
        {
            if (failsFlush)
            {
                device.FailFlushes();
            }

            EditAtOnce(device);
            Wait(50);
            device.Crash(isPowerCut: true);
            device.Restart();
        }
    }

    /// <summary>
    /// A peer asks while writes of the other are committed and not on the disk yet; the other's power goes, and it writes again as soon as
    /// it is back. Had the peer heard of what is lost, two versions would have one name.
    /// </summary>
    public void Rumor(SimulatedDevice listener, SimulatedDevice source)
    {
        World.Weather = NetworkConditions.Calm;
        for (int i = 0; i < RoundCount && source.IsUp && listener.IsUp; i++)
        {
            listener.ConnectTo(source);
            Start(() => listener.Engine.SyncAsync().AsTask());
            Wait(50);
            EditAtOnce(source);
            Wait(50);
            source.Crash(isPowerCut: true);
            source.Restart();
            EditAtOnce(source);
            World.Pass(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>
    /// A clock is far ahead before its device has heard of the hub's: the hub refuses what it wrote, and takes what it writes from then on.
    /// No form is open meanwhile, since what comes from one is stamped later than what it showed; and no sync is under way, since what is
    /// written before that has heard of the jump is ahead.
    /// </summary>
    public void RunAhead(SimulatedDevice device)
    {
        World.Weather = NetworkConditions.Calm;
        World.Pass(LongestForm);
        device.ClockOffset += FarAhead;
        for (int i = 0; i < RoundCount && device.IsUp; i++)
        {
            foreach (string scope in Campus.Scopes)
            {
                Start(() => Editor.EditShortAsync(device, scope));
            }

            World.Pass(TimeSpan.FromSeconds(2));
            Start(() => device.Engine.SyncAsync().AsTask());
            World.Pass(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>
    /// A device has met a peer and given it nothing, so that no link of a lease chain guards the two; it gives what it writes to another,
    /// and is led back without noticing. Its next push builds on what the other one knows, and the peer must not take it.
    /// </summary>
    public void Detour(SimulatedDevice device, SimulatedDevice peer)
    {
        World.Weather = NetworkConditions.Calm;
        SimulatedDevice other = ThirdOf(device, peer);
        Visit(peer, writes: false);
        Visit(other, writes: true);
        Visit(peer, writes: true);

        void Visit(SimulatedDevice to, bool writes)
        {
            if (!device.IsUp)
            {
                return;
            }

            device.ConnectTo(to);
            if (writes)
            {
                EditAtOnce(device);
                World.Pass(LongestForm);
            }

            Start(() => device.Engine.SyncAsync().AsTask());
            World.Pass(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>
    /// A first transfer of many pages that goes on with nobody: the device, which has written meanwhile, goes to another peer, and later
    /// comes back. What it has received is dropped, what it has written is not, and no page of the first transfer counts any more.
    /// </summary>
    public void BreakFill(SimulatedDevice device, SimulatedDevice peer)
    {
        World.Weather = NetworkConditions.Calm;
        SimulatedDevice other = ThirdOf(device, peer);
        WriteLong(peer, other);
        foreach (SimulatedDevice to in new[] { peer, other, peer }.Where(_ => device.IsUp))
        {
            device.ConnectTo(to);
            Start(() => device.Engine.SyncAsync().AsTask());
            Wait(FillMilliseconds);
            EditAtOnce(device);
            Wait(FillMilliseconds);
        }

        World.Pass(LongestForm);
    }
}
