using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Core.Tests.Engine.ConflictFree;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Identity;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// What a counter shows after its device's store was copied. A counter has one total a replica, so a copy that is noticed only when it
/// pushes states once more what both have in common: a documented limit (docs/internals/causality.md). Nothing added is lost.
/// </summary>
public sealed class CloneCounterTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = TestHub.NewClock();
    private readonly List<TestDevice> _devices = [];
    private TestHub _hub = null!;

    public async ValueTask InitializeAsync() => _hub = await TestHub.StartAsync(_clock);

    public async ValueTask DisposeAsync()
    {
        foreach (TestDevice device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    [Fact]
    public async Task After_a_copy_that_is_noticed_late_all_that_the_device_ever_added_counts_twice()
    {
        InMemoryRecordStore store = Store();
        TestDevice original = Add(store);
        await RaiseAsync(original, 10);
        await original.SyncAsync();
        TestDevice copy = Add(store.Clone());
        await RaiseAsync(original, 1);
        await RaiseAsync(copy, 2);

        await SettleAsync(original, copy);

        // 10 + 1 of the original, and the 10 that both have in common once more with the 2 of the copy.
        foreach (TestDevice device in _devices)
        {
            Assert.Equal(10 + 1 + 10 + 2, await ReadAsync(device));
        }
    }

    [Fact]
    public async Task Another_counter_that_the_copy_did_not_raise_is_right_and_so_is_what_is_added_from_then_on()
    {
        InMemoryRecordStore store = Store();
        TestDevice original = Add(store);
        await RaiseAsync(original, 10, "quiet");
        await RaiseAsync(original, 10);
        await original.SyncAsync();
        TestDevice copy = Add(store.Clone());
        await RaiseAsync(original, 1);
        await RaiseAsync(copy, 2);
        await SettleAsync(original, copy);
        long before = await ReadAsync(copy);

        await RaiseAsync(copy, 3);
        await RaiseAsync(original, 4);
        await RaiseAsync(copy, 5, "quiet");
        await SettleAsync(original, copy);

        foreach (TestDevice device in _devices)
        {
            Assert.Equal(before + 7, await ReadAsync(device));
            Assert.Equal(15, await ReadAsync(device, "quiet"));
        }
    }

    [Fact]
    public async Task A_copy_that_is_noticed_before_it_writes_counts_nothing_twice()
    {
        InMemoryRecordStore store = Store();
        TestDevice original = Add(store);
        await RaiseAsync(original, 10);
        await original.SyncAsync();
        InMemoryRecordStore copied = store.Clone();
        await copied.OpenAsync();
        await using (IStoreTransaction transaction = await copied.BeginAsync())
        {
            await Incarnations.RenewAsync(transaction, EntropySource.System, default);
            await transaction.CommitAsync(Durability.Full);
        }

        TestDevice copy = Add(copied.Clone());
        await RaiseAsync(original, 1);
        await RaiseAsync(copy, 2);

        await SettleAsync(original, copy);

        foreach (TestDevice device in _devices)
        {
            Assert.Equal(10 + 1 + 2, await ReadAsync(device));
        }
    }

    private static InMemoryRecordStore Store() => new("device");

    private static ISyncCollection<Sheet> Sheets(TestDevice device) => device.Scope.Collection<Sheet>("sheets");

    private static async Task<long> ReadAsync(TestDevice device, string key = "s") => (await Sheets(device).GetAsync(key))!.Value!.Present;

    private TestDevice Add(InMemoryRecordStore store)
    {
        var device = new TestDevice(
            _hub.Connect(),
            _clock,
            ConflictStrategy.LastWriteWins,
            sync =>
            {
                sync.UseStructuredStore(_ => store);
                sync.Collection<Sheet>("sheets", sheets => sheets.Counter(sheet => sheet.Present));
            });
        _devices.Add(device);
        return device;
    }

    private async Task RaiseAsync(TestDevice device, int by, string key = "s")
    {
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Sheets(device).PatchAsync(key, patch => patch.Counter(sheet => sheet.Present).Increment(by));
    }

    private async Task SettleAsync(TestDevice first, TestDevice second)
    {
        for (int round = 0; round < 2; round++)
        {
            await first.SyncAsync();
            await second.SyncAsync();
        }

        await first.SyncAsync();
        UInt128 digest = (await _hub.StateAsync(TestDevice.ScopeName)).Digest;
        Assert.Equal(digest, await first.DigestAsync());
        Assert.Equal(digest, await second.DigestAsync());
    }
}
