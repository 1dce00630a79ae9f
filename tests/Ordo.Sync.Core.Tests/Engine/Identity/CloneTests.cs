using System.Globalization;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>Copies and backups that nothing in the store gives away: peers notice them, and no write is lost.</summary>
public sealed class CloneTests
{
    private const string SeedsVariable = "ORDO_CLONE_SEEDS";

    [Fact]
    public async Task Of_two_copies_that_both_wrote_the_second_to_push_takes_a_new_incarnation_and_both_writes_stand()
    {
        await using CloneWorld world = await CloneWorld.StartAsync(1, ConflictStrategy.LastWriteWins);
        CloneSite original = world.Sites[0];
        await world.WriteAsync(original);
        await world.SyncAsync(original);
        CloneSite copy = world.Add(original.Store.Clone(), []);
        await world.WriteAsync(original);
        await world.WriteAsync(copy);
        ReplicaId shared = original.Device.Engine.Replica;

        await world.SyncAsync(original);
        await world.SyncAsync(copy);
        await world.SettleAsync();

        Assert.Equal(shared, original.Device.Engine.Replica);
        Assert.NotEqual(shared, copy.Device.Engine.Replica);
        Assert.Equal(3, world.Synced.Count);
        Assert.Equal(3, (await world.Hub.StateAsync(TestDevice.ScopeName)).LiveCount);
    }

    [Fact]
    public async Task The_app_is_told_that_its_store_took_a_new_identity()
    {
        await using CloneWorld world = await CloneWorld.StartAsync(1, ConflictStrategy.LastWriteWins);
        CloneSite original = world.Sites[0];
        await world.WriteAsync(original);
        await world.SyncAsync(original);
        var told = new RenewalNotes();
        await using var copy = new TestDevice(
            world.Hub.Connect(),
            TestHub.NewClock(),
            configure: sync =>
            {
                InMemoryRecordStore store = original.Store.Clone();
                sync.UseStructuredStore(_ => store);
                sync.AddExtension(told);
            });
        await copy.Notes.PutAsync("copy", new Note());
        await world.WriteAsync(original);
        await world.SyncAsync(original);
        Assert.Empty(told.Renewals);

        await copy.SyncAsync();

        IdentityRenewal renewal = Assert.Single(told.Renewals);
        Assert.Equal(copy.Engine.Replica, renewal.Replica);
        Assert.Equal(renewal, copy.Engine.Health.Report().LastRenewal);
        Assert.Contains("Another store has spoken", renewal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copies_that_never_synced_before_are_told_apart()
    {
        await using CloneWorld world = await CloneWorld.StartAsync(1, ConflictStrategy.LastWriteWins);
        CloneSite original = world.Sites[0];
        await original.Device.Engine.OpenAsync();
        CloneSite copy = world.Add(original.Store.Clone(), []);
        await world.WriteAsync(original);
        await world.WriteAsync(copy);
        await world.SyncAsync(copy);
        await world.SyncAsync(original);
        await world.SettleAsync();
        Assert.Equal(2, (await world.Hub.StateAsync(TestDevice.ScopeName)).LiveCount);
    }

    [Fact]
    public async Task A_device_put_back_to_an_older_backup_gets_its_synced_writes_back_and_keeps_its_new_ones()
    {
        await using CloneWorld world = await CloneWorld.StartAsync(2, ConflictStrategy.AcademicRecord);
        CloneSite device = world.Sites[0];
        await world.WriteAsync(device);
        await world.SyncAsync(device);
        await device.BackUpAsync();
        await world.WriteAsync(device);
        await world.WriteAsync(device);
        await world.SyncAsync(device);
        ReplicaId before = device.Device.Engine.Replica;

        await world.RestoreAsync(device);
        CloneSite restored = world.Sites[^1];
        await world.WriteAsync(restored);
        await world.SettleAsync();

        Assert.NotEqual(before, restored.Device.Engine.Replica);
        Assert.Equal(4, world.Synced.Count);
        Assert.Equal(4, (await world.Hub.StateAsync(TestDevice.ScopeName)).LiveCount);
    }

    [Fact]
    public async Task What_a_copy_writes_again_does_not_win_over_a_newer_edit()
    {
        await using CloneWorld world = await CloneWorld.StartAsync(2, ConflictStrategy.LastWriteWins);
        CloneSite device = world.Sites[0];
        CloneSite other = world.Sites[1];
        await device.Device.Notes.PutAsync("shared", new Note { Text = "old" });
        await device.BackUpAsync();
        await world.SyncAsync(device);
        await world.SyncAsync(other);
        await world.WriteAsync(other);
        await other.Device.Notes.PutAsync("shared", new Note { Text = "new" });
        await world.SyncAsync(other);
        await world.SyncAsync(device);
        await world.WriteAsync(device);
        await world.SyncAsync(device);

        // The copy still holds "old" as unsynced, and writes it again under its new incarnation.
        await world.RestoreAsync(device);
        CloneSite restored = world.Sites[^1];
        await world.WriteAsync(restored);
        await world.SyncAsync(restored);
        await world.SyncAsync(other);

        Assert.Equal("new", (await restored.Device.Notes.GetAsync("shared"))!.Value!.Text);
        Assert.Equal("new", (await other.Device.Notes.GetAsync("shared"))!.Value!.Text);
    }

    [Fact]
    public async Task A_lost_answer_is_no_copy()
    {
        await using CloneWorld world = await CloneWorld.StartAsync(1, ConflictStrategy.LastWriteWins);
        InMemoryRecordStore store = new("flaky");
        var transport = new LossyTransport(world.Hub.Connect());
        await using var device = new TestDevice(
            transport, TestHub.NewClock(), configure: sync => sync.UseStructuredStore(_ => store));
        await device.Notes.PutAsync("a", new Note { Text = "a" });
        ReplicaId before = device.Engine.Replica;
        for (int i = 0; i < 3; i++)
        {
            transport.LosesAnswers = true;
            await device.Engine.SyncAsync();
            transport.LosesAnswers = false;
            await device.Notes.PutAsync($"b{i}", new Note { Text = "b" });
            await device.SyncAsync();
        }

        Assert.Equal(before, device.Engine.Replica);
        Assert.Equal(4, (await world.Hub.StateAsync(TestDevice.ScopeName)).LiveCount);
    }

    [Theory]
    [InlineData(ConflictStrategy.LastWriteWins)]
    [InlineData(ConflictStrategy.AcademicRecord)]
    public async Task Whatever_is_copied_put_back_written_and_synced_no_acknowledged_write_is_lost(ConflictStrategy strategy)
    {
        int seeds = int.Parse(Environment.GetEnvironmentVariable(SeedsVariable) ?? "25", CultureInfo.InvariantCulture);
        for (int seed = 1; seed <= seeds; seed++)
        {
            try
            {
                await RunAsync(new Random(seed), strategy);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private static async Task RunAsync(Random random, ConflictStrategy strategy)
    {
        await using CloneWorld world = await CloneWorld.StartAsync(2, strategy);
        for (int step = 0; step < 30; step++)
        {
            CloneSite site = world.Sites[random.Next(world.Sites.Count)];
            switch (random.Next(10))
            {
                case < 5:
                    await world.WriteAsync(site);
                    break;
                case < 8:
                    await world.SyncAsync(site);
                    break;
                case 8:
                    await (random.Next(2) == 0 ? site.BackUpAsync() : world.RestoreAsync(site));
                    break;
                default:
                    if (world.Sites.Count < 5)
                    {
                        await site.Device.Engine.OpenAsync();
                        world.Add(site.Store.Clone(), site.Unsynced);
                    }

                    break;
            }
        }

        await world.SettleAsync();
    }
}
