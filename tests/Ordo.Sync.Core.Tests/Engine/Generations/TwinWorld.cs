using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Core.Tests.Engine.ConflictFree;
using Ordo.Sync.Core.Tests.Engine.Identity;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Core.Tests.Engine.Generations;

/// <summary>
/// A random schedule of writes, syncs and lost answers on some devices. Played twice from one seed, once with compactions of the
/// scope and once without: whatever anybody can read in the end must be the same.
/// </summary>
internal sealed class TwinWorld : IAsyncDisposable
{
    private const int DeviceCount = 4;
    private const int KeyCount = 8;

    private readonly FakeTimeProvider _clock;
    private readonly TestHub _hub;
    private readonly List<(TestDevice Device, LossyTransport Transport)> _devices = [];
    private readonly bool _compacts;

    private TwinWorld(FakeTimeProvider clock, TestHub hub, bool compacts, ConflictStrategy strategy)
    {
        _clock = clock;
        _hub = hub;
        _compacts = compacts;
        for (int i = 0; i < DeviceCount; i++)
        {
            // Of what was not applied, no acknowledgement is lost: the twins would be told of different things.
            var transport = new LossyTransport(hub.Connect()) { Loses = answer => answer.Status == PushStatus.Applied };
            _devices.Add((new TestDevice(transport, clock, strategy, sync => sync.Collection<Sheet>(
                "sheets", sheets => sheets.Strategy(strategy).Counter(s => s.Present).Set(s => s.Tags))), transport));
        }
    }

    public int CompactionCount { get; private set; }

    public int AdoptionCount { get; private set; }

    public static async Task<TwinWorld> PlayAsync(int seed, ConflictStrategy strategy, bool compacts, int steps)
    {
        FakeTimeProvider clock = TestHub.NewClock();
        var world = new TwinWorld(clock, await TestHub.StartAsync(clock), compacts, strategy);
        var random = new Random(seed);
        for (int step = 0; step < steps; step++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1 + random.Next(50)));
            await world.StepAsync(random);
        }

        return world;
    }

    /// <summary>Lets everybody sync, requires equal digests, and gives what a reader is shown.</summary>
    public async Task<IReadOnlyList<string>> SettleAsync()
    {
        for (int round = 0; round < 3; round++)
        {
            foreach ((TestDevice device, LossyTransport transport) in _devices)
            {
                transport.LosesAnswers = false;
                _clock.Advance(TimeSpan.FromMilliseconds(1));
                AdoptionCount += (await device.SyncAsync()).Scopes.Sum(scope => scope.Session!.GenerationCount);
                Assert.Equal(0, (await device.Engine.GetJournalStatusAsync()).PendingCount);
            }
        }

        var shown = new List<string>();
        UInt128 digest = (await _hub.StateAsync(TestDevice.ScopeName)).Digest;
        foreach ((TestDevice device, _) in _devices)
        {
            Assert.Equal(digest, await device.DigestAsync());
            for (int key = 0; key < KeyCount; key++)
            {
                Record<Note>? note = await device.Notes.GetAsync($"{key}");
                Record<Sheet>? sheet = await Sheets(device).GetAsync($"{key}");
                shown.Add($"{key}: {note?.State} {note?.Value.Text}; {sheet?.State} {sheet?.Value.Present} "
                    + string.Join(',', sheet?.Value.Tags.Order() ?? Enumerable.Empty<string>()));
            }
        }

        return shown;
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((TestDevice device, _) in _devices)
        {
            await device.DisposeAsync();
        }
    }

    private static ISyncCollection<Sheet> Sheets(TestDevice device) => device.Scope.Collection<Sheet>("sheets");

    // Both plays draw the same numbers, whatever they meet.
    private async Task StepAsync(Random random)
    {
        (TestDevice device, LossyTransport transport) = _devices[random.Next(DeviceCount)];
        string key = $"{random.Next(KeyCount)}";
        int by = 1 + random.Next(100);
        switch (random.Next(12))
        {
            case < 4:
                await device.Notes.PutAsync(key, new Note { Text = $"{by}" });
                break;
            case 4:
                await device.Notes.DeleteAsync(key);
                break;
            case 5:
                await Sheets(device).PatchAsync(key, patch => patch.Counter(sheet => sheet.Present).Increment(by));
                break;
            case 6:
                await Sheets(device).PatchAsync(key, patch => patch.Set(sheet => sheet.Tags).Add($"{by % 5}"));
                break;
            case 7:
                // In step first: in a new generation a device pulls before it pushes, and would see more than its twin.
                AdoptionCount += (await device.SyncAsync()).Scopes.Sum(scope => scope.Session!.GenerationCount);
                await device.Notes.PutAsync(key, new Note { Text = $"{by}" });
                transport.LosesAnswers = true;
                await device.Engine.SyncAsync();
                transport.LosesAnswers = false;
                break;
            case 8 when by <= 60:
                if (_compacts)
                {
                    CompactionCount += (await ScopeCompactor.RunAsync(
                        _hub.Store,
                        await CollectionCatalog.LoadAsync(_hub.Store),
                        TestDevice.ScopeName,
                        EntropySource.System)).IsStarted ? 1 : 0;
                }

                break;
            default:
                AdoptionCount += (await device.SyncAsync()).Scopes.Sum(scope => scope.Session!.GenerationCount);
                break;
        }
    }
}
