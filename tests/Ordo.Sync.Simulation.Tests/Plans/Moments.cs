using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>What is brought about at one moment, since chance alone would hardly ever meet it: what all of that is made of.</summary>
/// <param name="world">The world.</param>
/// <param name="editor">Edits.</param>
/// <param name="isNewer">Whether the app of a device is the newer one.</param>
/// <param name="begin">Starts work that the plan watches over.</param>
/// <param name="writerCount">How many write at once.</param>
internal abstract class Moments(
    SimulatedWorld world, Editor editor, Func<SimulatedDevice, bool> isNewer, Action<Func<Task>> begin, int writerCount)
{
    protected SimulatedWorld World => world;

    protected Editor Editor => editor;

    protected void Start(Func<Task> work) => begin(work);

    protected void Sync(SimulatedDevice device)
    {
        if (device.IsUp)
        {
            begin(() => device.Engine.SyncAsync().AsTask());
        }
    }

    protected void EditAtOnce(SimulatedDevice device)
    {
        for (int i = 0; i < writerCount && device.IsUp; i++)
        {
            begin(() => editor.EditAsync(device, isNewer(device)));
        }
    }

    protected void WriteLong(params SimulatedDevice[] writers)
    {
        foreach (SimulatedDevice writer in writers.Where(one => one.IsUp))
        {
            begin(() => editor.WriteLongAsync(writer, Campus.Scopes[0]));
        }

        world.Pass(TimeSpan.FromSeconds(1));
    }

    protected SimulatedDevice ThirdOf(SimulatedDevice device, SimulatedDevice peer) =>
        world.Devices.First(one => one != device && one != peer);

    protected void Wait(int millisecondsMax) => world.Pass(TimeSpan.FromMilliseconds(1 + world.Random.Next(millisecondsMax)));
}
