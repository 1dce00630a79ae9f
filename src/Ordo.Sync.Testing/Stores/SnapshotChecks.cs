using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>Reads of one consistent state, whatever is committed meanwhile.</summary>
internal static class SnapshotChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A snapshot keeps its state while writers commit", KeepsItsStateAsync),
        new("A snapshot that has read nothing yet shows the state it was taken at", StateOfTakingAsync),
        new("Snapshots of different commits stand beside each other", SideBySideAsync),
        new("A snapshot's queries keep their state while writers commit", QueriesKeepTheirStateAsync),
        new("Readers do not wait for a writer and do not see it", ReadersPassWritersAsync),
        new("Readers beside a writer see whole commits only", WholeCommitsAsync),
    ];

    private static async Task KeepsItsStateAsync(StoreProbe probe)
    {
        await WriteAsync(probe, 1);
        await WriteAsync(probe, 2);
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        string before = await StoreText.DumpAsync(snapshot);
        await WriteAsync(probe, 1);
        await WriteAsync(probe, 3);
        await probe.WriteAsync(async transaction =>
        {
            await transaction.RemoveAsync(Sample.Scope, Sample.Key("a2"));
            await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 99));
            await transaction.RemoveLocalAsync(Sample.Area, "hub1");
            await transaction.SetLocalAsync(Sample.Area, "hub2", default);
            await transaction.SetScopeAsync(Sample.Scope, ScopeState.Empty);
            await transaction.RotateAsync(Sample.Peer(9));
        });
        Expect.Equal(before, await StoreText.DumpAsync(snapshot), "The snapshot after more commits");
        await probe.WriteAsync(async transaction => await transaction.DropScopeAsync(Sample.Scope));
        Expect.Equal(before, await StoreText.DumpAsync(snapshot), "The snapshot after its scope was dropped");
    }

    private static async Task StateOfTakingAsync(StoreProbe probe)
    {
        await WriteAsync(probe, 1);
        string before = await probe.DumpAsync();
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        await WriteAsync(probe, 2);
        Expect.Equal(before, await StoreText.DumpAsync(snapshot), "What the snapshot shows");
    }

    private static async Task SideBySideAsync(StoreProbe probe)
    {
        var taken = new List<(IStoreSnapshot Snapshot, string Dump)>();
        for (int i = 0; i < 4; i++)
        {
            await WriteAsync(probe, i);
            IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
            taken.Add((snapshot, await StoreText.DumpAsync(snapshot)));
        }

        Expect.Equal(4, taken.Select(one => one.Dump).Distinct().Count(), "The number of different states");
        foreach ((IStoreSnapshot snapshot, string dump) in taken)
        {
            Expect.Equal(dump, await StoreText.DumpAsync(snapshot), "A snapshot beside others");
            await snapshot.DisposeAsync();
        }
    }

    private static async Task QueriesKeepTheirStateAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, new IndexDefinition("n", IndexType.Integer));
        await probe.PutAsync(
            Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 1))), (Sample.Key("b"), Sample.Map(("n", 2))));
        var query = new RecordQuery(Sample.Collection, 9) { OrderBy = "n" };
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        Expect.Sequence(
            ["a", "b"], StoreText.KeysOf(await snapshot.QueryAsync(Sample.Scope, query)),
            "The query before more commits");
        await probe.PutAsync(
            Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 3))), (Sample.Key("c"), Sample.Map(("n", 0))));
        Expect.Sequence(
            ["a", "b"], StoreText.KeysOf(await snapshot.QueryAsync(Sample.Scope, query)),
            "The query after more commits");
        Expect.Sequence(
            ["c", "b", "a"], StoreText.KeysOf(await probe.QueryAsync(query)), "The query of a new snapshot");
    }

    private static async Task ReadersPassWritersAsync(StoreProbe probe)
    {
        await WriteAsync(probe, 1);
        string before = await probe.DumpAsync();
        await using IStoreTransaction transaction = await probe.Store.BeginAsync(probe.Token);
        await transaction.PutAsync(Sample.Scope, Sample.Record("a1", transaction.NextDots(), "other"));
        Expect.Equal(before, await probe.DumpAsync(), "What a reader sees beside an open transaction");
        StoredRecord? record = await probe.GetAsync(Sample.Key("a1"));
        Expect.Equal(new Dot(0, 1), record!.Greatest.Dot, "The version read beside an open transaction");
    }

    private static async Task WholeCommitsAsync(StoreProbe probe)
    {
        const int CommitCount = 60;
        await WritePairAsync(probe);
        Task writing = Task.Run(async () =>
        {
            for (int i = 1; i < CommitCount; i++)
            {
                await WritePairAsync(probe);
            }
        });
        Task[] reading = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            long seen;
            do
            {
                seen = await ReadPairAsync(probe);
            }
            while (seen < CommitCount && !writing.IsCompleted);
        }))];
        await Task.WhenAll([writing, .. reading]);
        Expect.Equal((long)CommitCount, await ReadPairAsync(probe), "The commits that the last read sees");
    }

    private static Task WritePairAsync(StoreProbe probe) => probe.WriteAsync(async transaction =>
    {
        Dot dot = transaction.NextDots();
        ReadOnlyMemory<byte> payload = Sample.Map(("n", dot.Counter));
        await transaction.PutAsync(Sample.Scope, Sample.Record(Sample.Key("left"), dot, payload));
        await transaction.PutAsync(Sample.OtherScope, Sample.Record(Sample.Key("right"), dot, payload));
        await transaction.SetScopeAsync(Sample.Scope, new ScopeState { Knowledge = VersionVector.Of(dot) });
        await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, "left", dot));
        await transaction.SetLocalAsync(Sample.Area, "count", BitConverter.GetBytes(dot.Counter));
    });

    private static async Task<long> ReadPairAsync(StoreProbe probe)
    {
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        long counter = snapshot.Counter;
        StoredRecord? left = await snapshot.GetAsync(Sample.Scope, Sample.Key("left"));
        await Task.Yield();
        StoredRecord? right = await snapshot.GetAsync(Sample.OtherScope, Sample.Key("right"));
        ScopeState state = await snapshot.GetScopeAsync(Sample.Scope);
        long journaled = (await snapshot.GetJournalStatusAsync()).PendingCount;
        ReadOnlyMemory<byte>? local = await snapshot.GetLocalAsync(Sample.Area, "count");
        Expect.Sequence(
            [counter, counter, counter, counter, counter],
            [left!.Greatest.Dot.Counter, right!.Greatest.Dot.Counter, state.Knowledge[0], journaled,
                BitConverter.ToInt64(local!.Value.Span)],
            "Left, right, knowledge, journal and local entry of one snapshot");
        return counter;
    }

    private static Task WriteAsync(StoreProbe probe, int number) => probe.WriteAsync(async transaction =>
    {
        Dot dot = transaction.NextDots();
        await transaction.PutAsync(Sample.Scope, Sample.Record($"a{number}", dot));
        await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, $"a{number}", dot));
        await transaction.SetScopeAsync(
            Sample.Scope, new ScopeState { Knowledge = VersionVector.Of(dot), LiveCount = number });
        await transaction.SetLocalAsync(Sample.Area, $"hub{number}", Sample.Bytes(8, number));
        await transaction.InternAsync(Sample.Peer(number));
        transaction.AdvanceClock(Sample.Time(dot.Counter));
    });
}
