using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>
/// Devices over stores in memory that are copied and put back without any sign of it in the store, and the truth: which writes must
/// be there in the end. Every write goes to a key of its own, so one that is lost or doubled shows.
/// </summary>
internal sealed class CloneWorld : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock;
    private readonly ConflictStrategy _strategy;
    private readonly List<CloneSite> _sites = [];
    private int _writes;

    private CloneWorld(TestHub hub, FakeTimeProvider clock, ConflictStrategy strategy)
    {
        Hub = hub;
        _clock = clock;
        _strategy = strategy;
    }

    public TestHub Hub { get; private set; }

    public IReadOnlyList<CloneSite> Sites => _sites;

    /// <summary>What the hub acknowledged.</summary>
    public HashSet<string> Synced { get; } = [];

    public static async Task<CloneWorld> StartAsync(int devices, ConflictStrategy strategy)
    {
        FakeTimeProvider clock = TestHub.NewClock();
        var world = new CloneWorld(await TestHub.StartAsync(clock), clock, strategy);
        for (int i = 0; i < devices; i++)
        {
            world.Add(new InMemoryRecordStore($"device-{i}"), []);
        }

        return world;
    }

    public CloneSite Add(InMemoryRecordStore store, IEnumerable<string> unsynced)
    {
        var device = new TestDevice(Hub.Connect(), _clock, _strategy, sync => sync.UseStructuredStore(_ => store));
        var site = new CloneSite(store, device, [.. unsynced]);
        _sites.Add(site);
        return site;
    }

    public async Task WriteAsync(CloneSite site)
    {
        string key = $"w{++_writes:d4}";
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await site.Device.Notes.PutAsync(key, new Note { Text = key });
        site.Unsynced.Add(key);
    }

    public async Task SyncAsync(CloneSite site)
    {
        SyncReport report = await site.Device.SyncAsync();
        Assert.Equal(SyncStatus.Completed, report.Status);
        Synced.UnionWith(site.Unsynced);
        site.Unsynced.Clear();
    }

    /// <summary>Puts a site's store back to a backup: what it had not synced since is gone with it.</summary>
    public async Task RestoreAsync(CloneSite site)
    {
        if (site.Backup is not { } backup)
        {
            return;
        }

        _sites.Remove(site);
        await site.Device.DisposeAsync();
        CloneSite restored = Add(backup.Store.Clone(), backup.Unsynced);
        restored.Backup = backup;
    }

    public async Task SettleAsync()
    {
        for (int round = 0; round < 2; round++)
        {
            foreach (CloneSite site in _sites.ToList())
            {
                await SyncAsync(site);
            }
        }

        UInt128 digest = (await Hub.StateAsync(TestDevice.ScopeName)).Digest;
        foreach (CloneSite site in _sites)
        {
            Assert.Equal(digest, await site.Device.DigestAsync());
            var found = new List<string>();
            await foreach (Record<Note> note in site.Device.Notes.QueryAsync())
            {
                Assert.Equal(note.Key, note.Value!.Text);
                found.Add(note.Key);
            }

            Assert.Superset(Synced, found.ToHashSet());
            Assert.Equal(found.Count, found.Distinct().Count());
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (CloneSite site in _sites)
        {
            await site.Device.DisposeAsync();
        }
    }
}
