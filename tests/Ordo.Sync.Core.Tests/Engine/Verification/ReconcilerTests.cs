using System.Collections.Immutable;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Reconciliation;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Engine.Verification;

/// <summary>What one request to compare may make the answering side read.</summary>
public sealed class ReconcilerTests
{
    [Fact]
    public async Task More_records_in_one_part_than_may_be_read_are_an_answer_and_not_more_reading()
    {
        await using var device = new TestDevice(transport: null, TestHub.NewClock());
        foreach (string key in (string[])["a", "b", "c", "d"])
        {
            await device.Notes.PutAsync(key, new Note { Text = key });
        }

        ImmutableArray<RangePart> parts =
            [new RangePart(new RecordKey("notes", "b"), 0, UInt128.Zero), new RangePart(null, 0, UInt128.Zero)];
        IRecordStore store = await device.OpenStoreAsync();
        await using IStoreSnapshot snapshot = await store.ReadAsync();

        RangeComparison first = await new RangeReconciler(snapshot, TestDevice.ScopeName, recordsMax: 1)
            .CompareAsync(null, parts, CancellationToken.None);
        RangeComparison second = await new RangeReconciler(snapshot, TestDevice.ScopeName, recordsMax: 3)
            .CompareAsync(null, parts, CancellationToken.None);

        Assert.Equal((1, 1), (first.ComparedCount, first.Differences.Length));
        Assert.Equal((1, 1), (second.ComparedCount, second.Differences.Length));
        Assert.Equal(2, second.Differences[0].Count);
        Assert.False(second.IsWhole);
    }
}
