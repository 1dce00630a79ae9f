using System.Globalization;
using FsCheck.Xunit;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Histories;

/// <summary>
/// Random histories over two to six devices, all strategies mixed, in any topology and weather: everybody converges, and no
/// acknowledged write is gone unless a version that knew it took its place.
/// </summary>
/// <remarks>
/// A long run: ORDO_HISTORY_RUNS=2000 (how many), ORDO_HISTORY_SEED=1 (the first seed). A failure names its seed; that seed with
/// ORDO_HISTORY_RUNS=1 plays it again.
/// </remarks>
public sealed class HistoryProperties
{
    private const int Steps = 80;

    [Property(MaxTest = 30)]
    public Task No_acknowledged_write_is_gone_and_everybody_agrees(int seed) => PlayAsync(seed);

    [Fact]
    public async Task Long_runs_find_nothing_either()
    {
        int runs = Read("ORDO_HISTORY_RUNS", 3);
        int first = Read("ORDO_HISTORY_SEED", 1);
        for (int seed = first; seed < first + runs; seed++)
        {
            try
            {
                await PlayAsync(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Seed {seed} fails: ORDO_HISTORY_RUNS=1 ORDO_HISTORY_SEED={seed} plays it again.", exception);
            }
        }
    }

    private static async Task PlayAsync(int seed)
    {
        var random = new Random(seed);
        await using RandomWorld world = await RandomWorld.StartAsync(random);
        var truth = new Truth();
        var editor = new RandomEditor(random, truth);
        for (int step = 0; step < Steps; step++)
        {
            world.Time.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
            Device device = world.Devices[random.Next(world.Devices.Count)];
            if (random.Next(3) == 0)
            {
                await world.SyncAsync(device);
            }
            else
            {
                await editor.EditAsync(device);
            }
        }

        await world.SettleAsync();
        Assert.Single(await world.DigestsAsync());
        foreach (Device device in world.Devices)
        {
            Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
            await new Verdict(device, truth).CheckAsync();
        }
    }

    private static int Read(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
