using System.Globalization;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests;

/// <summary>
/// Devices that have written much before they meet, and ask each other for the same scope at once: who receives a first transfer page by
/// page answers nobody, so they must not all do that.
/// </summary>
public sealed class CrossingTransferTests
{
    private const string Scope = "course/a";
    private const int NotesEach = 50;
    private const ulong Seeds = 3;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void First_transfers_that_run_against_each_other_all_end(int devices)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using SimulatedWorld world = RingOf(devices, seed);
            SyncAll(world);
            world.Pass(TimeSpan.FromMinutes(1));

            RequireAll(world);
        }
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void They_end_where_one_device_dies_in_the_middle(int devices, bool isPowerCut)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using SimulatedWorld world = RingOf(devices, seed);
            world.Devices[0].Crash(afterEffects: 2 + world.Random.Next(12), isPowerCut);
            SyncAll(world);
            world.Pass(TimeSpan.FromMilliseconds(20 + world.Random.Next(100)));
            world.Devices[0].Restart();
            SyncAll(world);
            world.Pass(TimeSpan.FromMinutes(1));

            RequireAll(world);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void They_end_over_a_network_that_loses_messages(int devices)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using SimulatedWorld world = RingOf(devices, seed);
            world.Weather = NetworkConditions.Stormy;
            for (int round = 0; round < 6; round++)
            {
                SyncAll(world);
                world.Pass(TimeSpan.FromMinutes(1));
            }

            RequireAll(world);
        }
    }

    private static SimulatedWorld RingOf(int count, ulong seed)
    {
        SimulatedWorld world = SimulatedWorld.Create(seed, options =>
        {
            options.PageBytesMax = 16 * 1024;
            options.Device = sync => sync
                .Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.ManualIntervention))
                .Subscribe(Scope);
        });
        for (int i = 0; i < count; i++)
        {
            SimulatedDevice device = world.AddDevice(Name(i));
            world.Run(() => WriteAsync(device));
        }

        for (int i = 0; i < count; i++)
        {
            world.Devices[i].ConnectTo(world.Devices[(i + 1) % count]);
        }

        return world;
    }

    // Its own records, and one that all write.
    private static async Task WriteAsync(SimulatedDevice device)
    {
        ISyncCollection<Note> notes = NotesOf(device);
        await device.Engine.WriteAsync(batch =>
        {
            for (int i = 0; i < NotesEach; i++)
            {
                batch.Put(notes, Key(device.Name, i), new Note { Text = new string('x', 1000), Score = i });
            }
        });
        await notes.PutAsync("shared", new Note { Text = device.Name });
    }

    private static void SyncAll(SimulatedWorld world)
    {
        foreach (SimulatedDevice device in world.Devices.Where(device => device.IsUp))
        {
            world.Begin(() => device.Engine.SyncAsync().AsTask());
        }
    }

    private static void RequireAll(SimulatedWorld world)
    {
        world.AssertConverged();
        foreach (SimulatedDevice device in world.Devices)
        {
            Assert.All(world.Devices, other => Assert.Equal(
                NotesEach - 1, world.Run(() => NotesOf(device).GetAsync(Key(other.Name, NotesEach - 1)).AsTask())?.Value.Score));
            Assert.True(world.Run(() => device.Engine.Scope(Scope).GetStatusAsync().AsTask()).IsComplete);
        }
    }

    private static ISyncCollection<Note> NotesOf(SimulatedDevice device) =>
        device.Engine.Scope(Scope).Collection<Note>("notes");

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"device{number}");

    private static string Key(string device, int number) => string.Create(CultureInfo.InvariantCulture, $"{device}-{number:D3}");
}
