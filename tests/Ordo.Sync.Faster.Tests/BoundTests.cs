using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

[Collection(MeasuredAlone.Name)]
public sealed class BoundTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_million_overwrites_leave_the_disk_bounded_and_every_last_value_there()
    {
        const int Keys = 1000;
        const int Rounds = 1000;
        FasterStoreOptions options = TestFolder.Options(_folder.Store, checkpointAfterKiB: 4096);
        long most = 0;
        await using (FasterRecordStore store = await TestFolder.OpenAsync(options))
        {
            for (int round = 0; round < Rounds; round++)
            {
                await store.WriteAsync(async transaction =>
                {
                    for (int key = 0; key < Keys; key++)
                    {
                        await transaction.PutAsync(
                            Sample.Scope, Sample.Record($"k{key}", transaction.NextDots(), BitConverter.GetBytes(round * key)));
                    }
                });
                if (round % 20 == 0)
                {
                    most = Math.Max(most, FolderBytes());
                }
            }

            await AssertLastAsync(store, Keys, Rounds - 1);
        }

        // Two segments of log of at most four times what makes a checkpoint due, two checkpoints, and FASTER's pages.
        Assert.True(most < 64 * MiB, $"{most / MiB} MiB");
        await using FasterRecordStore again = await TestFolder.OpenAsync(options);
        await AssertLastAsync(again, Keys, Rounds - 1);
    }

    [Fact]
    public async Task Values_beyond_the_memory_are_read_from_the_disk_and_long_ones_in_pieces()
    {
        const int Count = 60;
        await using (FasterRecordStore store = await _folder.OpenAsync())
        {
            for (int i = 0; i < Count; i++)
            {
                await store.PutAsync($"k{i}", Sample.Bytes(i, 20_000 + (i * 3_333)));
            }

            await AssertAllAsync(store);
            await store.CheckpointAsync();
        }

        await using FasterRecordStore again = await _folder.OpenAsync();
        await AssertAllAsync(again);

        static async Task AssertAllAsync(FasterRecordStore store)
        {
            for (int i = 0; i < Count; i++)
            {
                StoredRecord? record = await store.GetAsync(Sample.Scope, Sample.Key($"k{i}"));
                Assert.True(record!.Greatest.Payload.Span.SequenceEqual(Sample.Bytes(i, 20_000 + (i * 3_333))), $"k{i}");
            }
        }
    }

    [Fact]
    public async Task A_snapshot_keeps_its_values_while_their_space_is_given_back()
    {
        await using FasterRecordStore store = await _folder.OpenAsync();
        for (int i = 0; i < 10; i++)
        {
            await store.PutAsync($"k{i}", Sample.Bytes(i, 500));
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync();
        for (int round = 0; round < 100; round++)
        {
            for (int i = 0; i < 10; i++)
            {
                await store.PutAsync($"k{i}", Sample.Bytes(1000 + (round * 10) + i, 5_000));
            }

            if (round % 10 == 9)
            {
                await store.CompactAsync();
            }
        }

        for (int i = 0; i < 10; i++)
        {
            StoredRecord? old = await snapshot.GetAsync(Sample.Scope, Sample.Key($"k{i}"));
            Assert.Equal(Sample.Bytes(i, 500), old!.Greatest.Payload.ToArray());
            StoredRecord? now = await store.GetAsync(Sample.Scope, Sample.Key($"k{i}"));
            Assert.Equal(Sample.Bytes(1990 + i, 5_000), now!.Greatest.Payload.ToArray());
        }
    }

    [Fact]
    public async Task Readers_beside_a_writer_and_its_maintenance_always_find_a_committed_value()
    {
        FasterStoreOptions options = TestFolder.Options(_folder.Store, checkpointAfterKiB: 256);
        await using FasterRecordStore store = await TestFolder.OpenAsync(options);
        await store.PutAsync("k", Sample.Bytes(0, 4_000));
        using var stop = new CancellationTokenSource();
        Task reading = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                StoredRecord? record = await store.GetAsync(Sample.Scope, Sample.Key("k"));
                int number = (int)record!.Greatest.Dot.Counter - 1;
                Assert.True(record.Greatest.Payload.Span.SequenceEqual(Sample.Bytes(number, 4_000)));
            }
        });
        Task maintaining = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await store.CompactAsync();
            }
        });
        for (int i = 1; i <= 3_000; i++)
        {
            await store.PutAsync("k", Sample.Bytes(i, 4_000));
        }

        await stop.CancelAsync();
        await reading;
        await maintaining;
        Assert.Null(store.MaintenanceFailure);
    }

    [Fact]
    public async Task A_hundred_thousand_records_take_no_more_memory_than_the_index_counts()
    {
        const int Count = 100_000;
        FasterStoreOptions options = TestFolder.Options(_folder.Store);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await using FasterRecordStore store = await TestFolder.OpenAsync(options);
        for (int i = 0; i < Count; i += 1000)
        {
            await store.WriteAsync(async transaction =>
            {
                for (int k = i; k < i + 1000; k++)
                {
                    string key = $"{(uint)(k * 2654435761u):D10}/1752";
                    await transaction.PutAsync(Sample.Scope, Sample.Record(key, transaction.NextDots(), Sample.Bytes(k, 200)));
                }
            });
        }

        // Keys of 15 characters; besides, FASTER's memory of 1 MiB and its index.
        long perRecord = (GC.GetTotalMemory(forceFullCollection: true) - before - (2 * MiB)) / Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{perRecord} bytes a record");
        Assert.InRange(perRecord, 60, 190 + (2 * 15) + 30);
    }

    private static async Task AssertLastAsync(FasterRecordStore store, int keys, int round)
    {
        for (int key = 0; key < keys; key++)
        {
            StoredRecord? record = await store.GetAsync(Sample.Scope, Sample.Key($"k{key}"));
            Assert.Equal(round * key, BitConverter.ToInt32(record!.Greatest.Payload.Span));
        }
    }

    // Files come and go while they are looked at.
    private long FolderBytes()
    {
        long bytes = 0;
        foreach (string file in Directory.EnumerateFiles(_folder.Store))
        {
            var info = new FileInfo(file);
            bytes += info.Exists ? info.Length : 0;
        }

        return bytes;
    }
}
