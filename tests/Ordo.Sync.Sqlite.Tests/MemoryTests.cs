using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class MemoryTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_that_gave_memory_back_reads_and_writes_as_before()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.PutAsync("a", Score(1));
        await using (IStoreSnapshot snapshot = await store.ReadAsync())
        {
            await store.PutAsync("b", Score(2));
            store.TrimMemory();

            // A snapshot that is held keeps its connection and its moment.
            Assert.NotNull(await snapshot.GetAsync(Scope, Key("a")));
            Assert.Null(await snapshot.GetAsync(Scope, Key("b")));
        }

        store.TrimMemory();
        await store.PutAsync("c", Score(3));
        foreach (string key in (string[])["a", "b", "c"])
        {
            Assert.NotNull(await store.GetAsync(Scope, Key(key)));
        }

        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task Memory_given_back_in_the_middle_of_a_transaction_costs_it_nothing()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await using (IStoreTransaction transaction = await store.BeginAsync())
        {
            await transaction.PutAsync(Scope, Record("a", transaction.NextDots(), Score(1)));
            store.TrimMemory();
            await transaction.PutAsync(Scope, Record("b", transaction.NextDots(), Score(2)));
            store.TrimMemory();
            await transaction.CommitAsync(Durability.Full);
        }

        Assert.NotNull(await store.GetAsync(Scope, Key("a")));
        Assert.NotNull(await store.GetAsync(Scope, Key("b")));
    }

    [Fact]
    public async Task Readers_that_are_idle_are_closed()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Counts open files in /proc.");
        }

        await using SqliteRecordStore store = await _folder.OpenAsync();
        IStoreSnapshot[] snapshots = [await store.ReadAsync(), await store.ReadAsync(), await store.ReadAsync()];
        foreach (IStoreSnapshot snapshot in snapshots)
        {
            await snapshot.DisposeAsync();
        }

        int before = OpenFiles();
        store.TrimMemory();
        Assert.InRange(OpenFiles(), 1, before - 3);

        int OpenFiles() => Directory.GetFiles("/proc/self/fd").Count(
            file => new FileInfo(file).LinkTarget?.StartsWith(_folder.Root, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Asked_before_it_opens_or_after_it_closes_it_does_nothing()
    {
        SqliteRecordStore store = new(new SqliteStoreOptions { Path = _folder.Database });
        store.TrimMemory();
        await store.OpenAsync();
        await store.DisposeAsync();
        store.TrimMemory();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_in_compact_mode_takes_its_caches_from_the_profile_and_options_win(bool isCompact)
    {
        SqliteStoreOptions? seen = null;
        var services = new ServiceCollection();
        services.AddOrdoSync(sync => sync
            .UseProfile(isCompact ? ResourceProfile.Constrained : ResourceProfile.Default)
            .UseSqlite($"Data Source={_folder.Database}", options =>
            {
                seen = new SqliteStoreOptions
                {
                    CacheSizeKiB = options.CacheSizeKiB,
                    ReaderCacheSizeKiB = options.ReaderCacheSizeKiB,
                    IdleReadersMax = options.IdleReadersMax,
                    WalSizeMaxKiB = options.WalSizeMaxKiB,
                };
                options.CacheSizeKiB = 1024;
            }));
        await using ServiceProvider provider = services.BuildServiceProvider();
        await provider.GetRequiredService<Ordo.Sync.Engine.ISyncEngine>().OpenAsync();
        ResourceProfile expected = isCompact ? ResourceProfile.Constrained : ResourceProfile.Default;
        Assert.NotNull(seen);
        Assert.Equal(
            (expected.StoreCacheKiB, expected.ReaderCacheKiB, expected.IdleReadersMax, expected.LogKiBMax),
            (seen.CacheSizeKiB, seen.ReaderCacheSizeKiB, seen.IdleReadersMax, seen.WalSizeMaxKiB));
    }
}
