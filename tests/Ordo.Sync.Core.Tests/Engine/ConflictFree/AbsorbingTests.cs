using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Core.Tests.Engine.ConflictFree;

/// <summary>An app lets a counter forget a device that is gone.</summary>
public sealed class AbsorbingTests
{
    private const string Key = "1";

    [Fact]
    public async Task A_counter_forgets_a_device_that_is_gone_and_keeps_what_it_counted()
    {
        FakeTimeProvider clock = TestHub.NewClock();
        TestHub hub = await TestHub.StartAsync(clock);
        await using var ann = new SheetDevice(hub.Connect(), clock);
        await using var ben = new SheetDevice(hub.Connect(), clock);
        ReplicaId gone;
        await using (var cal = new SheetDevice(hub.Connect(), clock))
        {
            await cal.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment(10));
            gone = Assert.Single((await cal.Sheets.GetAsync(Key))!.ReadConflictFree().Counter("Present").Totals).Key;
            await SheetDevice.ConvergeAsync(hub, cal, ann, ben);
        }

        // Ben raises it without knowing.
        await ben.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Increment(3));
        await ann.Sheets.PatchAsync(Key, p => p.Counter(s => s.Present).Absorb(gone).Increment());
        Assert.Equal(11, (await ann.ReadAsync())!.Present);
        await SheetDevice.ConvergeAsync(hub, ann, ben);

        foreach (SheetDevice device in (SheetDevice[])[ann, ben])
        {
            IReadOnlyList<KeyValuePair<ReplicaId, long>> totals =
                (await device.Sheets.GetAsync(Key))!.ReadConflictFree().Counter("Present").Totals;
            Assert.Equal(14, (await device.ReadAsync())!.Present);
            Assert.Equal([3L, 11L], totals.Select(total => total.Value).Order());
            Assert.DoesNotContain(gone, totals.Select(total => total.Key));
        }
    }
}
