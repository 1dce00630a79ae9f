using System.Globalization;
using System.IO.Compression;
using Ordo.Sync.Crash.Tests.Campaigns;
using Ordo.Sync.Crash.Tests.Disks;
using Ordo.Sync.Crash.Tests.Vfs;
using Ordo.Sync.Crash.Tests.Worlds;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Crash.Tests;

/// <summary>A store of an earlier schema is crashed after every effect of its migration.</summary>
public sealed class MigrationCrashTests(ITestOutputHelper output)
{
    private const int Seed = 3;

    /// <summary>Every version before this one.</summary>
    public static TheoryData<int> Earlier => new(Enumerable.Range(1, SchemaHistory.Current.Newest - 1));

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task A_migration_that_is_cut_off_anywhere_ends_at_the_next_opening_with_all_that_was_there(int version)
    {
        CrashVfs.Seed(Seed);
        using var folder = new CrashFolder();
        var before = new DiskImage(new(StringComparer.Ordinal) { ["store.db"] = Unpack(version) }, Sidecar: null);
        CrashDisk disk = CrashDisk.Of(before, folder.Sidecar);
        folder.Mount(disk);
        await using SqliteRecordStore store = folder.NewStore(disk, TimeProvider.System, new SeededEntropy(Seed), keys: null);
        await store.OpenAsync();
        CommitLog log = await CommitLog.BeginWithAsync(disk, store, ["inbox"]);
        var campaign = new CrashCampaign();
        using var check = new CrashCheck(log, TimeProvider.System);

        string? fault = await campaign.EnumerateAsync(
            CrashHistory.Of(before), [.. disk.Effects], check, Seed, stride: 1, imagesMax: int.MaxValue);

        Assert.True(fault is null, fault);
        Assert.Null(disk.Failure);
        Assert.True(campaign.Tally.Images > 50, campaign.Tally.ToString());
        output.WriteLine(campaign.Tally.ToString());
    }

    private static byte[] Unpack(int version)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"schema-{version}.db.gz");
        using FileStream packed = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));
        using var content = new GZipStream(packed, CompressionMode.Decompress);
        using var file = new MemoryStream();
        content.CopyTo(file);
        return file.ToArray();
    }
}
