using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Crash.Tests.Disks;
using Ordo.Sync.Crash.Tests.Vfs;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>
/// A device on a disk that remembers everything, a hub, and a colleague's device; what they do is the workload whose crashes are
/// enumerated. All of it follows from one seed.
/// </summary>
internal sealed class CrashWorld : IAsyncDisposable
{
    private readonly CrashFolder _folder = new();
    private readonly List<HubMoment> _hubs = [];
    private readonly SeededEntropy _entropy;
    private readonly TestHub _hub;
    private readonly int _cacheKiB;
    private readonly bool _isEncrypted;
    private int _openings;

    private CrashWorld(int seed, bool flushesLog, TestHub hub, FakeTimeProvider time, SeededEntropy entropy)
    {
        _entropy = entropy;
        _hub = hub;
        Time = time;

        // A cache that is too small for a batch lets SQLite write to the log before the commit.
        _cacheKiB = seed % 2 == 0 ? 8192 : 64;
        _isEncrypted = seed % 5 == 0;
        Disk = new CrashDisk { SidecarPath = _folder.Sidecar, FlushesLog = flushesLog };
        Log = new CommitLog(Disk);
        Colleague = new CrashDevice("bob", new InMemoryRecordStore("bob", entropy), hub.Connect("bob"), Time, entropy);
    }

    public FakeTimeProvider Time { get; }

    public CrashDisk Disk { get; }

    public CommitLog Log { get; }

    public CrashDevice Colleague { get; }

    /// <summary>The device whose disk it is; another one after each restart.</summary>
    public CrashDevice Device { get; private set; } = null!;

    /// <summary>The keys that open its store at every moment; <see langword="null"/> where it is not encrypted.</summary>
    public SqliteEncryptionKeys? AllKeys => _isEncrypted ? KeysAfter(_openings) : null;

    /// <summary>Its store, for what the engine has no call for.</summary>
    public SqliteRecordStore Store { get; private set; } = null!;

    public static async Task<CrashWorld> StartAsync(int seed, bool flushesLog = true)
    {
        CrashVfs.Seed(seed);
        var entropy = new SeededEntropy(seed);
        var store = new InMemoryRecordStore("hub", entropy);
        await store.OpenAsync();
        FakeTimeProvider time = TestHub.NewClock();
        var world = new CrashWorld(seed, flushesLog, await TestHub.StartAsync(store, time, options: null), time, entropy);
        await world.NoteHubAsync();
        world._folder.Mount(world.Disk);
        await world.OpenAsync();
        return world;
    }

    /// <summary>Closes the device in order and starts it again.</summary>
    public async Task RestartAsync()
    {
        await Device.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Remembers what the hub holds now.</summary>
    public async ValueTask NoteHubAsync()
    {
        InMemoryRecordStore held = _hub.Store.Clone();
        await held.OpenAsync();
        _hubs.Add(new HubMoment(Disk.Effects.Count, held));
    }

    /// <summary>The hub as it was after a number of effects on the device's disk.</summary>
    public InMemoryRecordStore HubAt(int effects) => _hubs.FindLast(moment => moment.From <= effects)!.Hub;

    public async ValueTask DisposeAsync()
    {
        await Device.DisposeAsync();
        await Colleague.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenAsync()
    {
        // Each start puts an encrypted store under a new key.
        _openings++;
        Store = _folder.NewStore(Disk, Time, _entropy, AllKeys, _cacheKiB);
        Device = new CrashDevice(
            "ann", new WitnessedStore(Store, Log), new NotedTransport(_hub.Connect("ann"), NoteHubAsync), Time, _entropy);
        await Device.Engine.OpenAsync();
    }

    private static SqliteEncryptionKeys KeysAfter(int openings) =>
        new(KeyOf(openings), [.. Enumerable.Range(1, openings - 1).Reverse().Select(KeyOf)]);

    private static SqliteEncryptionKey KeyOf(int opening) =>
        new(opening.ToString(CultureInfo.InvariantCulture), SHA256.HashData([(byte)opening]));
}
