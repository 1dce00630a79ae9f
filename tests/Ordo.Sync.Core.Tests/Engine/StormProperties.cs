using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

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

        // The reference: a version lives until a write that saw it supersedes it.
        var live = new Dictionary<string, HashSet<GlobalDot>>();
        for (int step = 0; step < 120; step++)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
            TestDevice device = devices[random.Next(devices.Count)];
            if (random.Next(4) == 0)
            {
                await device.Engine.SyncAsync();
            }
            else
            {
                await WriteAsync(device, $"k{random.Next(12)}", new string('x', random.Next(4000)), live);
            }
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

        await CheckAsync(hub, strategy, live);
        foreach (TestDevice device in devices)
        {
            await device.DisposeAsync();
        }
    }

    private static async Task WriteAsync(
        TestDevice device, string key, string text, Dictionary<string, HashSet<GlobalDot>> live)
    {
        IRecordStore store = await device.OpenStoreAsync();
        Conflict? conflict = await device.Engine.Conflicts.FindAsync(TestDevice.ScopeName, "notes", key);
        WriteReceipt receipt;
        IEnumerable<GlobalDot> seen;
        if (conflict is null)
        {
            Record<Note>? before = await device.Notes.GetAsync(key);
            RecordBasis basis = before?.Version ?? RecordBasis.Nothing;
            seen = basis.Seen.Select(store.Replicas.Globalize);
            receipt = await device.Notes.PutAsync(
                key, new Note { Text = text }, new WriteOptions { BasedOn = basis });
        }
        else
        {
            seen = conflict.Siblings.Select(sibling => sibling.Version);
            WriteReceipt? resolved = await device.Engine.Conflicts.ResolveAsync(
                conflict, Resolution.Use(new Note { Text = text }), "the newest is right");
            receipt = resolved!;
        }

        if (!live.TryGetValue(key, out HashSet<GlobalDot>? versions))
        {
            live.Add(key, versions = []);
        }

        versions.ExceptWith(seen);
        versions.Add(receipt.Version);
    }

    private static async Task CheckAsync(
        TestHub hub, ConflictStrategy strategy, Dictionary<string, HashSet<GlobalDot>> live)
    {
        foreach ((string key, HashSet<GlobalDot> expected) in live)
        {
            StoredRecord? record = await hub.Store.GetAsync(TestDevice.ScopeName, new RecordKey("notes", key));
            HashSet<GlobalDot> held = [.. record!.Versions.Select(version => hub.Store.Replicas.Globalize(version.Dot))];
            if (strategy == ConflictStrategy.LastWriteWins)
            {
                Assert.Subset(expected, held);
                Assert.Single(held);
            }
            else
            {
                Assert.Equal(expected.Order(), held.Order());
            }
        }
    }
}
