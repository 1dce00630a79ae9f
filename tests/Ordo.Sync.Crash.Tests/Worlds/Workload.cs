using System.Globalization;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>What the device of a world does, drawn from its seed: everything that an app does with a store, and its operator.</summary>
internal sealed class Workload(CrashWorld world, int seed)
{
    private const int Keys = 12;
    private const int LargeBytes = 20_000;

    private static readonly WriteOptions Full = new() { Durability = Durability.Full };
    private static readonly WriteOptions Normal = new() { Durability = Durability.Normal };

    private readonly Random _random = new(seed);
    private int _written;

    /// <summary>
    /// Writers beside each other, so that groups of writes are flushed beside the next ones. Which writes share a commit is nothing that
    /// follows from the seed.
    /// </summary>
    public async Task RunBesideEachOtherAsync(int steps, int writers)
    {
        for (int step = 0; step < steps; step++)
        {
            Task[] writes = [.. Enumerable.Range(0, writers).Select(_ => WriteAsync(world.Device))];
            await (step % 4 == 3 ? world.Device.SyncAsync().AsTask() : world.Store.CheckpointAsync().AsTask());
            await Task.WhenAll(writes);
        }

        await world.Device.SyncAsync();
    }

    public async Task RunAsync(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await StepAsync(_random.Next(100));
        }

        await world.Device.SyncAsync();
    }

    private Task StepAsync(int draw) => draw switch
    {
        < 40 => WriteAsync(world.Device),
        < 48 => DeleteAsync(world.Device),
        < 60 => BatchAsync(),
        < 72 => world.Device.SyncAsync().AsTask(),
        < 84 => ColleagueAsync(),
        < 89 => world.Store.CheckpointAsync().AsTask(),
        < 92 => CheckpointBesideReaderAsync(),
        < 94 => world.Store.CompactAsync().AsTask(),
        < 97 => world.RestartAsync(),
        _ => LargeAsync(),
    };

    private async Task WriteAsync(CrashDevice device)
    {
        ISyncCollection<Grade> grades = Pick(device);
        if (_random.Next(3) == 0)
        {
            await grades.PatchAsync(Key(), patch => patch.Set(grade => grade.Score, _random.Next(100)), Durably());
        }
        else
        {
            await grades.PutAsync(Key(), NewGrade(), Durably());
        }
    }

    private async Task DeleteAsync(CrashDevice device) => await Pick(device).DeleteAsync(Key(), Durably());

    private async Task BatchAsync()
    {
        string scope = PickScope();
        int count = _random.Next(2, 30);
        await world.Device.Engine.WriteAsync(batch =>
        {
            for (int i = 0; i < count; i++)
            {
                string collection = CrashDevice.Collections[_random.Next(CrashDevice.Collections.Count)];
                batch.Put(world.Device.Grades(scope, collection), Key(), NewGrade(), Durably());
            }
        });
    }

    private async Task LargeAsync() =>
        await Pick(world.Device).PutAsync(Key(), NewGrade() with { Comment = new string('x', LargeBytes) }, Durably());

    private async Task ColleagueAsync()
    {
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            await WriteAsync(world.Colleague);
        }

        await world.Colleague.SyncAsync();
        await world.NoteHubAsync();
    }

    // What the reader sees keeps the log from beginning anew.
    private async Task CheckpointBesideReaderAsync()
    {
        await using IStoreSnapshot reader = await world.Store.ReadAsync();
        await WriteAsync(world.Device);
        await world.Store.CheckpointAsync();
        await WriteAsync(world.Device);
    }

    private ISyncCollection<Grade> Pick(CrashDevice device) =>
        device.Grades(PickScope(), CrashDevice.Collections[_random.Next(CrashDevice.Collections.Count)]);

    private string PickScope() => CrashDevice.Scopes[_random.Next(CrashDevice.Scopes.Count)];

    private string Key() => string.Create(CultureInfo.InvariantCulture, $"k{_random.Next(Keys)}");

    private WriteOptions Durably() => _random.Next(2) == 0 ? Full : Normal;

    private Grade NewGrade() => new()
    {
        Student = string.Create(CultureInfo.InvariantCulture, $"student {_random.Next(5)}"),
        Score = ++_written,
        Comment = new string('c', _random.Next(200)),
    };
}
