using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>The state of scopes, and dropping them.</summary>
internal static class ScopeChecks
{
    private static readonly string[] Keys = ["a", "b"];

    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A scope's state is read back whole", RoundTripAsync),
        new("Exceptions with open ends are read back", ExceptionsAsync),
        new("A scope's state is replaced, not merged", ReplacedAsync),
        new("States of scopes do not mix", SeparateAsync),
        new("Scopes are listed while they hold records, a state or journal entries, in UTF-8 order", ListAsync),
        new("Dropping a scope removes its records, its state and its journal entries", DropAsync),
        new("Dropping a scope leaves other scopes alone", DropLeavesAsync),
        new("A scope that was dropped can be written again", WriteAgainAsync),
        new("Dropping a scope that is not there does nothing", DropAbsentAsync),
    ];

    private static async Task RoundTripAsync(StoreProbe probe)
    {
        await ExpectRoundTripAsync(probe, new ScopeState
        {
            Knowledge = VersionVector.Of(new Dot(0, 7), new Dot(2, Dot.CounterMax), new Dot(5, 1)),
            Forgotten = VersionVector.Of(new Dot(0, 3), new Dot(2, 99)),
            Digest = UInt128.MaxValue - 5,
            LiveCount = 1L << 40,
        });
        await ExpectRoundTripAsync(probe, new ScopeState { Digest = UInt128.One << 64 });
        await ExpectRoundTripAsync(probe, new ScopeState { Digest = UInt128.One << 63 });
    }

    private static async Task ExceptionsAsync(StoreProbe probe)
    {
        VersionVector more = VersionVector.Of(new Dot(1, 4));
        await ExpectRoundTripAsync(probe, new ScopeState
        {
            Knowledge = VersionVector.Of(new Dot(0, 1)),
            Exceptions =
            [
                new KnowledgeException(KeyRange.All, more),
                new KnowledgeException(new KeyRange(null, Sample.Key("m")), VersionVector.Of(new Dot(1, 5))),
                new KnowledgeException(
                    new KeyRange(Sample.Key("m"), null), VersionVector.Of(new Dot(0, 2), new Dot(1, 6))),
                new KnowledgeException(new KeyRange(Sample.Key("b", "a"), Sample.Key("😀", "b")), more),
            ],
        });
    }

    private static async Task ExpectRoundTripAsync(StoreProbe probe, ScopeState state)
    {
        await probe.WriteAsync(async transaction => await transaction.SetScopeAsync(Sample.Scope, state));
        Expect.Equal(StoreText.Of(state), StoreText.Of(await GetAsync(probe, Sample.Scope)), "The state");
    }

    private static async Task ReplacedAsync(StoreProbe probe)
    {
        await ExceptionsAsync(probe);
        await ExpectRoundTripAsync(probe, new ScopeState { Knowledge = VersionVector.Of(new Dot(3, 1)) });
        await ExpectRoundTripAsync(probe, ScopeState.Empty);
    }

    private static async Task SeparateAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            await transaction.SetScopeAsync(Sample.Scope, new ScopeState { LiveCount = 1 });
            await transaction.SetScopeAsync(Sample.OtherScope, new ScopeState { LiveCount = 2 });
        });
        Expect.Equal(1L, (await GetAsync(probe, Sample.Scope)).LiveCount, "The one scope's count");
        Expect.Equal(2L, (await GetAsync(probe, Sample.OtherScope)).LiveCount, "The other scope's count");
        Expect.Equal(0L, (await GetAsync(probe, "course")).LiveCount, "The count of a scope never written");
    }

    private static async Task ListAsync(StoreProbe probe)
    {
        await probe.PutAsync("😀", (Sample.Key("a"), Sample.Map()));
        await probe.WriteAsync(async transaction =>
        {
            await transaction.SetScopeAsync("\uFF5E", new ScopeState { LiveCount = 1 });
            await transaction.AppendJournalAsync(Sample.Entry("b", "a", new Dot(0, 1)));
            await transaction.PutAsync("Z", Sample.Tombstone("a", transaction.NextDots()));
        });
        await ExpectScopesAsync(probe, "Z", "b", "\uFF5E", "😀");
        await probe.WriteAsync(async transaction =>
        {
            await transaction.PruneJournalAsync("b", new Dot(0, 9));
            await transaction.RemoveAsync("Z", Sample.Key("a"));
            await transaction.DropScopeAsync("😀");
        });
        await ExpectScopesAsync(probe, "\uFF5E");
    }

    private static async Task DropAsync(StoreProbe probe)
    {
        await probe.DefineAsync(Sample.Collection, new IndexDefinition("n", IndexType.Integer));
        await FillAsync(probe, Sample.Scope);
        await probe.WriteAsync(async transaction => await transaction.DropScopeAsync(Sample.Scope));
        await ExpectScopesAsync(probe);
        Expect.Equal(null, await probe.GetAsync(Sample.Key("a")), "A record of the scope");
        Expect.Equal(
            StoreText.Of(ScopeState.Empty), StoreText.Of(await GetAsync(probe, Sample.Scope)), "The scope's state");
        ChangeSlice changes = await probe.ChangesAsync(VersionVector.Empty, VersionVector.Of(new Dot(0, 99)));
        Expect.Sequence([], StoreText.KeysOf(changes.Records), "The scope's changes");
        IReadOnlyList<StoredRecord> found = await probe.QueryAsync(
            new RecordQuery(Sample.Collection, 9) { OrderBy = "n" });
        Expect.Sequence([], StoreText.KeysOf(found), "The scope's index");
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        Expect.Equal(0, (await snapshot.ReadJournalAsync(0, 9)).Count, "The journal entries");
        Expect.Equal(new(0, 0, null), await snapshot.GetJournalStatusAsync(), "The journal's status");
        Expect.Equal(2L, snapshot.Counter, "The counter, which no scope owns");
    }

    private static async Task DropLeavesAsync(StoreProbe probe)
    {
        await FillAsync(probe, Sample.OtherScope);
        await probe.WriteAsync(
            async transaction => await transaction.SetLocalAsync(Sample.Area, Sample.Scope, Sample.Bytes(3)));
        string[] before = Lines(await probe.DumpAsync());
        await FillAsync(probe, Sample.Scope);
        await probe.WriteAsync(async transaction => await transaction.DropScopeAsync(Sample.Scope));
        Expect.Sequence(before[1..], Lines(await probe.DumpAsync())[1..], "What the store holds, counter aside");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task WriteAgainAsync(StoreProbe probe)
    {
        await FillAsync(probe, Sample.Scope);
        await probe.WriteAsync(async transaction =>
        {
            await transaction.DropScopeAsync(Sample.Scope);
            Expect.That(
                await transaction.TryAddAsync(Sample.Scope, Sample.Record("a", transaction.NextDots())),
                "the record is new");
            await transaction.SetScopeAsync(Sample.Scope, new ScopeState { LiveCount = 1 });
        });
        Expect.Equal(1L, (await GetAsync(probe, Sample.Scope)).LiveCount, "The state written after the drop");
        RangeSlice range = await probe.ReadAsync(snapshot =>
            snapshot.ReadRangeAsync(Sample.Scope, KeyRange.All, Sample.NoLimit).AsTask());
        Expect.Sequence(["a"], StoreText.KeysOf(range.Records), "The records written after the drop");
    }

    private static async Task DropAbsentAsync(StoreProbe probe)
    {
        await FillAsync(probe, Sample.Scope);
        string before = await probe.DumpAsync();
        await probe.WriteAsync(async transaction => await transaction.DropScopeAsync("course"));
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds");
    }

    private static Task FillAsync(StoreProbe probe, string scope) => probe.WriteAsync(async transaction =>
    {
        foreach (string key in Keys)
        {
            Dot dot = transaction.NextDots();
            await transaction.PutAsync(scope, Sample.Record(Sample.Key(key), dot, Sample.Map(("n", 1))));
            await transaction.AppendJournalAsync(Sample.Entry(scope, key, dot));
            await transaction.SetScopeAsync(scope, new ScopeState { Knowledge = VersionVector.Of(dot), LiveCount = 2 });
        }
    });

    private static Task<ScopeState> GetAsync(StoreProbe probe, string scope) =>
        probe.ReadAsync(snapshot => snapshot.GetScopeAsync(scope, probe.Token).AsTask());

    private static async Task ExpectScopesAsync(StoreProbe probe, params string[] scopes) => Expect.Sequence(
        scopes, await probe.ReadAsync(snapshot => snapshot.ListScopesAsync(probe.Token).AsTask()), "The scopes");
}
