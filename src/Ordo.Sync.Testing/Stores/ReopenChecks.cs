using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>What a store holds after it was closed and opened again.</summary>
internal static class ReopenChecks
{
    private static readonly IndexDefinition Number = new("n", IndexType.Integer);
    private static readonly IndexDefinition Text = new("t", IndexType.Text);

    public static IEnumerable<ConformanceCheck> All =>
    [
        new("Opened again, a store holds all that was committed", KeepsAllAsync, needsReopen: true),
        new("Opened again, a store holds nothing that was not committed", KeepsNothingElseAsync, needsReopen: true),
        new("Opened again, an empty store keeps its identity", KeepsIdentityAsync, needsReopen: true),
        new(
            "Opened again, a store goes on counting dots and journal entries where it stopped", GoesOnAsync,
            needsReopen: true),
        new("Opened again, a store goes on under its newest incarnation", KeepsIncarnationAsync, needsReopen: true),
        new(
            "Opened again with the same indexes, a store answers queries as before", KeepsIndexesAsync,
            needsReopen: true),
        new("Opened again with other indexes, a store fills the new ones", ChangesIndexesAsync, needsReopen: true),
        new("Opened again many times, a store holds what each time committed", ManyTimesAsync, needsReopen: true),
    ];

    private static async Task KeepsAllAsync(StoreProbe probe)
    {
        await probe.WriteAsync(WriteOfEverythingAsync, Durability.Normal);
        await probe.WriteAsync(WriteOfEverythingAsync, Durability.Full);
        string before = await probe.DumpAsync();
        await probe.ReopenAsync();
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds");
        Expect.Equal(
            before, await probe.ReadAsync(StoreText.DumpAsync), "What it holds when it is read a second time");
    }

    private static async Task KeepsNothingElseAsync(StoreProbe probe)
    {
        await probe.WriteAsync(WriteOfEverythingAsync);
        string before = await probe.DumpAsync();
        await probe.AbandonAsync(WriteOfEverythingAsync);
        await probe.ReopenAsync();
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds");
    }

    private static async Task KeepsIdentityAsync(StoreProbe probe)
    {
        ReplicaId identity = probe.Store.Replica;
        await probe.ReopenAsync();
        Expect.Equal(identity, probe.Store.Replica, "The identity");
    }

    private static async Task GoesOnAsync(StoreProbe probe)
    {
        await probe.WriteAsync(WriteOfEverythingAsync);
        long counter = await probe.ReadAsync(snapshot => Task.FromResult(snapshot.Counter));
        long sequence = (await ReadJournalAsync(probe))[^1].Sequence;
        await probe.WriteAsync(async transaction =>
        {
            await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, Dot.CounterMax));
            await transaction.PruneJournalAsync(Sample.OtherScope, new Dot(0, Dot.CounterMax));
        });
        await probe.ReopenAsync();
        await probe.WriteAsync(async transaction =>
        {
            Expect.Equal(new Dot(0, counter + 1), transaction.NextDots(), "The next dot");
            await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, "a", new Dot(0, counter + 1)));
        });
        Expect.That((await ReadJournalAsync(probe))[^1].Sequence > sequence, "no sequence number is given twice");
    }

    private static async Task KeepsIncarnationAsync(StoreProbe probe)
    {
        await probe.WriteAsync(WriteOfEverythingAsync);
        await probe.WriteAsync(async transaction =>
        {
            await transaction.RotateAsync(Sample.Peer(50));
            transaction.NextDots(4);
        });
        await probe.ReopenAsync();
        Expect.Equal(Sample.Peer(50), probe.Store.Replica, "The identity");
        await probe.WriteAsync(transaction =>
        {
            Dot dot = transaction.NextDots();
            Expect.Equal(new GlobalDot(Sample.Peer(50), 5), transaction.Replicas.Globalize(dot), "The next dot");
            return Task.CompletedTask;
        });
    }

    private static async Task KeepsIndexesAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number);
        await probe.PutAsync(
            Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 3))), (Sample.Key("b"), Sample.Map(("n", 1))));
        await probe.WriteAsync(async transaction =>
        {
            await transaction.PutAsync(Sample.Scope, Sample.Tombstone("c", transaction.NextDots()));
            await transaction.PutAsync(
                Sample.Scope,
                Sample.Showing(
                    Sample.Map(("n", 2)), Sample.Record(Sample.Key("d"), transaction.NextDots(), Sample.Map(("n", 7)))));
            await transaction.PutAsync(
                Sample.Scope,
                Sample.Showing(default, Sample.Record(Sample.Key("e"), transaction.NextDots(), Sample.Map(("n", 0)))));
        });
        await probe.ReopenAsync();
        await probe.DefineAsync(Sample.Collection, Number);
        await ExpectAsync(probe, "n", "b", "d", "a");
    }

    private static async Task ChangesIndexesAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, Number);
        await probe.PutAsync(
            Sample.Scope,
            (Sample.Key("a"), Sample.Map(("n", 1), ("t", "z"))), (Sample.Key("b"), Sample.Map(("n", 2), ("t", "y"))));
        await probe.ReopenAsync();
        await probe.DefineAsync(Sample.Collection, Text);
        await ExpectAsync(probe, "t", "b", "a");
        await probe.PutAsync(Sample.Scope, (Sample.Key("c"), Sample.Map(("n", 0), ("t", "zz"))));
        await probe.ReopenAsync();
        await probe.DefineAsync(Sample.Collection, Number, Text);
        await ExpectAsync(probe, "n", "c", "a", "b");
        await ExpectAsync(probe, "t", "b", "a", "c");
    }

    private static async Task ManyTimesAsync(StoreProbe probe)
    {
        for (int i = 1; i <= 6; i++)
        {
            await probe.WriteAsync(WriteOfEverythingAsync);
            string before = await probe.DumpAsync();
            await probe.ReopenAsync();
            Expect.Equal(before, await probe.DumpAsync(), $"What the store holds, opened for the {i}. time");
        }
    }

    private static async Task ExpectAsync(StoreProbe probe, string orderBy, params string[] keys) => Expect.Sequence(
        keys,
        StoreText.KeysOf(await probe.QueryAsync(new RecordQuery(Sample.Collection, 9) { OrderBy = orderBy })),
        $"The records by '{orderBy}'");

    private static Task<IReadOnlyList<JournalEntry>> ReadJournalAsync(StoreProbe probe) =>
        probe.ReadAsync(snapshot => snapshot.ReadJournalAsync(0, 1000).AsTask());

    // Every kind of thing a store holds; each time more of it.
    private static async Task WriteOfEverythingAsync(IStoreTransaction transaction)
    {
        int round = (int)transaction.Counter;
        int peer = await transaction.InternAsync(Sample.Peer(round));
        foreach (string scope in new[] { Sample.Scope, Sample.OtherScope })
        {
            Dot dot = transaction.NextDots();
            var sibling = new RecordVersion(
                new Dot(peer, dot.Counter), Sample.Time(1), "bob", default, Sample.Bytes(9));
            StoredRecord record = Sample.Record(
                Sample.Key($"k{round}"), sibling, Sample.Version(dot, Sample.Map(("n", round)), 2));
            await transaction.PutAsync(scope, record with { ConflictFree = Sample.Bytes(round) });
            await transaction.AppendJournalAsync(Sample.Entry(scope, $"k{round}", dot, OperationKind.Resolve, round));
            await transaction.SetScopeAsync(scope, new ScopeState
            {
                Knowledge = VersionVector.Of(dot, sibling.Dot),
                Forgotten = VersionVector.Of(sibling.Dot),
                Exceptions = [new(new KeyRange(null, Sample.Key("m")), VersionVector.Of(new Dot(peer, 100)))],
                Digest = UInt128.MaxValue / (UInt128)(round + 1),
                LiveCount = round,
            });
        }

        await transaction.SetLocalAsync("transfers", $"t{round}", Sample.Bytes(round % 2 * 100));
        transaction.AdvanceClock(Sample.Time(round + 1));
    }
}
