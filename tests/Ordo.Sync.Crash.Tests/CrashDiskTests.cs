using Ordo.Sync.Crash.Tests.Campaigns;
using Ordo.Sync.Crash.Tests.Disks;
using Ordo.Sync.Crash.Tests.Worlds;

namespace Ordo.Sync.Crash.Tests;

/// <summary>The disk does what it says, and the campaign finds disks and stores that do not.</summary>
public sealed class CrashDiskTests
{
    private const string Name = "store.db-wal";

    // Not of an encrypted store, whose nonces are the system's.
    private const int Seed = 4;

    [Fact]
    public void What_was_synced_is_there_after_every_crash_and_what_was_not_may_be()
    {
        CrashHistory history = Recorded(disk =>
        {
            DiskFile file = disk.Open(Name, isCreated: true)!;
            disk.Write(file, 0, [1, 1, 1, 1]);
            disk.Sync(file);
            disk.Write(file, 2, [2, 2, 2, 2]);
        });

        Assert.Equal([1, 1, 2, 2, 2, 2], history.Cut(Damage.None, new Random(1)).Files[Name]);
        Assert.Equal([1, 1, 1, 1], history.Cut(Damage.LosesUnsynced, new Random(1)).Files[Name]);
        foreach (Damage damage in Enum.GetValues<Damage>())
        {
            for (int seed = 0; seed < 20; seed++)
            {
                Assert.Equal([1, 1], history.Cut(damage, new Random(seed)).Files[Name][..2]);
            }
        }
    }

    [Fact]
    public void A_torn_sector_is_new_in_front_and_all_sectors_before_it_are_whole()
    {
        CrashHistory history = Recorded(disk =>
        {
            DiskFile file = disk.Open(Name, isCreated: true)!;
            disk.Write(file, 0, new byte[2048]);
            disk.Sync(file);
            byte[] ones = new byte[2048];
            ones.AsSpan().Fill(1);
            disk.Write(file, 0, ones);
        });

        for (int seed = 0; seed < 50; seed++)
        {
            byte[] left = history.Cut(Damage.TearsSector, new Random(seed)).Files[Name];
            int ones = left.AsSpan().IndexOfAnyExcept((byte)1);
            int tornEnd = (ones / 512 * 512) + 512;
            Assert.True(ones >= 0 && left.AsSpan(tornEnd).IndexOfAnyExcept((byte)0) < 0);
        }
    }

    [Fact]
    public void A_file_whose_deletion_was_not_synced_may_come_back_until_the_next_of_its_name_is_synced()
    {
        CrashHistory history = Recorded(disk =>
        {
            DiskFile file = disk.Open(Name, isCreated: true)!;
            disk.Write(file, 0, [1]);
            disk.Sync(file);
            disk.Delete(Name, syncsFolder: false);
        });
        Assert.Empty(history.Cut(Damage.None, new Random(1)).Files);
        Assert.Equal([1], history.Cut(Damage.LosesUnsynced, new Random(1)).Files[Name]);

        history.Do(new DiskEffect(EffectKind.Create, 2, Name, 0, [], null));
        history.Do(new DiskEffect(EffectKind.Write, 2, Name, 0, [2], null));
        Assert.Equal([1], history.Cut(Damage.LosesUnsynced, new Random(1)).Files[Name]);
        history.Do(new DiskEffect(EffectKind.Sync, 2, Name, 0, [], null));
        Assert.Equal([2], history.Cut(Damage.LosesUnsynced, new Random(1)).Files[Name]);
    }

    [Fact]
    public async Task A_seed_does_the_same_to_the_disk_in_every_run()
    {
        string[] runs = [await TraceAsync(), await TraceAsync()];

        Assert.Equal(runs[0], runs[1]);

        static async Task<string> TraceAsync()
        {
            await using CrashWorld world = await CrashWorld.StartAsync(Seed);
            await new Workload(world, Seed).RunAsync(steps: 20);
            return string.Join('\n', world.Disk.Effects.Select(
                effect => $"{effect.Kind} {effect.Name} {effect.Offset} {Convert.ToHexString(effect.Bytes)}"));
        }
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_disk_that_does_not_sync_is_found_out(bool isDiskHonest, bool flushesLog)
    {
        var campaign = new CrashCampaign { IsDiskHonest = isDiskHonest, FlushesLog = flushesLog };

        string? fault = null;
        for (int seed = 1; seed <= 4 && fault is null; seed++)
        {
            fault = await campaign.RunAsync(seed, steps: 30, stride: 7, imagesMax: 2000);
        }

        Assert.NotNull(fault);
    }

    private static CrashHistory Recorded(Action<CrashDisk> work)
    {
        var disk = new CrashDisk { SidecarPath = string.Empty };
        work(disk);
        var history = new CrashHistory();
        foreach (DiskEffect effect in disk.Effects)
        {
            history.Do(effect);
        }

        return history;
    }
}
