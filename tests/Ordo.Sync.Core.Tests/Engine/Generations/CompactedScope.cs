using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Core.Tests.Engine.ConflictFree;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Generations;

/// <summary>A scope at a hub that is compacted, and devices that hold it.</summary>
public abstract class CompactedScope : IAsyncLifetime
{
    private protected const string Scope = TestDevice.ScopeName;

    private readonly List<TestDevice> _devices = [];

    private protected FakeTimeProvider Clock { get; } = TestHub.NewClock();

    private protected TestHub Hub { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Hub = await TestHub.StartAsync(Clock);

    public async ValueTask DisposeAsync()
    {
        foreach (TestDevice device in _devices)
        {
            await device.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected static async Task AddToAsync(TestDevice device, int by) =>
        await device.Scope.Collection<Sheet>("sheets").PatchAsync("s", patch => patch.Counter(sheet => sheet.Present).Increment(by));

    private protected async Task<ScopeCompaction> CompactAsync() => await ScopeCompactor.RunAsync(
        Hub.Store, await Replication.CollectionCatalog.LoadAsync(Hub.Store), Scope, EntropySource.System);

    private protected void WriteAfter(int seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    private protected TestDevice Device(ConflictStrategy strategy = ConflictStrategy.LastWriteWins) =>
        new(Hub.Connect(), Clock, strategy);

    private protected TestDevice Add(ConflictStrategy strategy = ConflictStrategy.LastWriteWins) => Keep(Device(strategy));

    private protected TestDevice Counting() => new(
        Hub.Connect(),
        Clock,
        configure: sync => sync.Collection<Sheet>("sheets", sheets => sheets.Counter(sheet => sheet.Present)));

    private protected TestDevice AddCounting() => Keep(Counting());

    private protected static async Task<ScopeState> StateAsync(TestDevice device)
    {
        IRecordStore store = await device.OpenStoreAsync();
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        return await snapshot.GetScopeAsync(Scope);
    }

    private protected TestDevice Keep(TestDevice device)
    {
        _devices.Add(device);
        return device;
    }

    private protected static async Task SyncAsync(params TestDevice[] devices)
    {
        foreach (TestDevice device in devices)
        {
            await device.SyncAsync();
        }
    }

    private protected async Task AssertEqualAsync(params TestDevice[] devices)
    {
        await SyncAsync(devices);
        await SyncAsync(devices);
        UInt128 digest = (await Hub.StateAsync(Scope)).Digest;
        foreach (TestDevice device in devices)
        {
            Assert.Equal(digest, await device.DigestAsync());
        }
    }
}
