using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class StormProperties
{
    [Property(MaxTest = 40)]
    public Task Devices_converge_through_loss_duplicates_and_late_deliveries(int seed) =>
        RunAsync(seed, ConflictStrategy.LastWriteWins);

    [Property(MaxTest = 40)]
    public Task No_sibling_is_lost_through_loss_duplicates_and_late_deliveries(int seed) =>
        RunAsync(seed, ConflictStrategy.ManualIntervention);

    private static async Task RunAsync(int seed, ConflictStrategy strategy)
    {
        var random = new Random(seed);
        FakeTimeProvider time = TestHub.NewClock();
        TestHub hub = await TestHub.StartAsync(time);
        var wires = new List<StormyTransport>();
        var devices = new List<TestDevice>();
        for (int i = 0; i < 3; i++)
        {
            var wire = new StormyTransport(hub.Connect(), random.Next());
            wires.Add(wire);
            devices.Add(new TestDevice(
                wire, time, strategy, sync => sync.Configure(options => options.PageBytesMax = 16 * 1024)));
        }

        // What each device last wrote to each record, having seen all that was there: nobody may lose it without having seen it.
        var unseen = new Dictionary<string, HashSet<string>>();
        for (int step = 0; step < 120; step++)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
            TestDevice device = devices[random.Next(devices.Count)];
            if (random.Next(4) == 0)
            {
                await device.Engine.SyncAsync();
                continue;
            }

            string key = $"k{random.Next(12)}";
            string text = $"{step}:{new string('x', random.Next(4000))}";
            Record<Note>? before = await device.Notes.GetAsync(key);
            await device.Notes.PutAsync(
                key, new Note { Text = text }, new WriteOptions { BasedOn = before?.Version ?? RecordBasis.Nothing });
            Note(unseen, key, text, before?.Value.Text, before?.State);
        }

        wires.ForEach(wire => wire.IsCalm = true);
        for (int round = 0; round < 2; round++)
        {
            foreach (TestDevice device in devices)
            {
                await device.SyncAsync();
            }
        }

        UInt128 expected = (await hub.StateAsync(TestDevice.ScopeName)).Digest;
        foreach (TestDevice device in devices)
        {
            Assert.Equal(expected, await device.DigestAsync());
            Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
        }

        await CheckAsync(hub, strategy, unseen);
        foreach (TestDevice device in devices)
        {
            await device.DisposeAsync();
        }
    }

    // A write of a device supersedes exactly the version it showed, where it showed one alone.
    private static void Note(
        Dictionary<string, HashSet<string>> unseen, string key, string text, string? before, RecordState? state)
    {
        if (!unseen.TryGetValue(key, out HashSet<string>? texts))
        {
            unseen.Add(key, texts = []);
        }

        if (state == RecordState.Current && before is not null)
        {
            texts.Remove(before);
        }
        else if (state is not null)
        {
            // Several versions were seen and superseded at once; which ones, the merge rule's own properties check.
            texts.Clear();
        }

        texts.Add(text);
    }

    private static async Task CheckAsync(TestHub hub, ConflictStrategy strategy, Dictionary<string, HashSet<string>> unseen)
    {
        await using var reader = new TestDevice(hub.Connect(), TestHub.NewClock(), strategy);
        await reader.SyncAsync();
        foreach ((string key, HashSet<string> texts) in unseen)
        {
            Record<Note>? record = await reader.Notes.GetAsync(key);
            Assert.NotNull(record);
            if (texts.Count > 0 && strategy == ConflictStrategy.LastWriteWins)
            {
                Assert.Contains(record.Value.Text, texts);
            }
        }
    }
}
