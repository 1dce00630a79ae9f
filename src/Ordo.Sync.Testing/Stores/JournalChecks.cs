using Ordo.Sync.Causality;
using Ordo.Sync.Journal;

namespace Ordo.Sync.Testing.Stores;

/// <summary>The journal of operations that wait for acknowledgement.</summary>
internal static class JournalChecks
{
    public static IEnumerable<ConformanceCheck> All =>
    [
        new("Journal entries of all scopes are read in the order they were appended", OrderAsync),
        new("A journal entry is read back whole", ReadBackAsync),
        new("Journal sequence numbers grow, and none is given twice even after all entries are pruned", SequenceAsync),
        new("The journal is read page by page behind a sequence number", PagesAsync),
        new("Pruning removes what a scope's replica wrote up to a counter, and tells how much", PruneAsync),
        new("Pruning leaves other scopes and other incarnations alone", PruneLeavesAsync),
        new("The journal's status counts entries and bytes, for a scope and for all", StatusAsync),
        new("Pruning changes the journal only", PruneChangesNothingElseAsync),
    ];

    private static async Task OrderAsync(StoreProbe probe)
    {
        await AppendAsync(probe, (Sample.Scope, "a"), (Sample.OtherScope, "b"));
        await AppendAsync(probe, (Sample.Scope, "a"), ("another", "c"), (Sample.Scope, "b"));
        IReadOnlyList<JournalEntry> entries = await ReadAsync(probe);
        Expect.Sequence(
            [
                $"{Sample.Scope} a 1", $"{Sample.OtherScope} b 2", $"{Sample.Scope} a 3", "another c 4",
                $"{Sample.Scope} b 5"],
            entries.Select(entry => $"{entry.Scope} {entry.Key.Key} {entry.Dot.Counter}"),
            "The entries");
    }

    private static async Task ReadBackAsync(StoreProbe probe)
    {
        OperationKind[] kinds = Enum.GetValues<OperationKind>();
        List<JournalEntry> written = [.. kinds.Select((kind, i) => new JournalEntry(
            Sample.Scope, Sample.Key($"ключ{i}", "grades"), new Dot(0, i + 1),
            new HybridTimestamp(ulong.MaxValue - (ulong)i), kind,
            Sample.Bytes(i * 1000)))];
        await probe.WriteAsync(async transaction =>
        {
            transaction.NextDots(kinds.Length);
            foreach (JournalEntry entry in written)
            {
                await transaction.AppendJournalAsync(entry);
            }
        });
        IReadOnlyList<JournalEntry> read = await ReadAsync(probe);
        Expect.Sequence(written.Select(StoreText.Of), read.Select(StoreText.Of), "The entries");
        Expect.Sequence(written[3].Content.ToArray(), read[3].Content.ToArray(), "The content of the last");
    }

    private static async Task SequenceAsync(StoreProbe probe)
    {
        await AppendAsync(probe, (Sample.Scope, "a"), (Sample.Scope, "b"));
        long[] first = [.. (await ReadAsync(probe)).Select(entry => entry.Sequence)];
        Expect.That(first[0] > 0 && first[1] > first[0], "sequence numbers are positive and grow");
        await probe.WriteAsync(async transaction => await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 99)));
        await AppendAsync(probe, (Sample.OtherScope, "c"));
        IReadOnlyList<JournalEntry> behind = await ReadAsync(probe, first[1]);
        Expect.Sequence(["c"], behind.Select(entry => entry.Key.Key), "The entries behind the last one read");
        await probe.WriteAsync(async transaction => await transaction.DropScopeAsync(Sample.OtherScope));
        await AppendAsync(probe, (Sample.Scope, "d"));
        IReadOnlyList<JournalEntry> last = await ReadAsync(probe, behind[0].Sequence);
        Expect.Sequence(["d"], last.Select(entry => entry.Key.Key), "The entries behind that of a scope dropped");
    }

    private static async Task PagesAsync(StoreProbe probe)
    {
        await AppendAsync(probe, [.. Enumerable.Range(0, 10).Select(i => (Sample.Scope, $"k{i}"))]);
        var read = new List<JournalEntry>();
        IReadOnlyList<JournalEntry> page;
        do
        {
            page = await ReadAsync(probe, read.Count == 0 ? 0 : read[^1].Sequence, 3);
            Expect.That(page.Count <= 3, "a page holds what was asked for at most");
            read.AddRange(page);
        }
        while (page.Count > 0 && read.Count <= 10);
        Expect.Sequence(Enumerable.Range(0, 10).Select(i => $"k{i}"), read.Select(entry => entry.Key.Key), "All pages");
    }

    private static async Task PruneAsync(StoreProbe probe)
    {
        await AppendAsync(probe, [.. Enumerable.Range(1, 5).Select(i => (Sample.Scope, $"k{i}"))]);
        await probe.WriteAsync(async transaction =>
        {
            Expect.Equal(3, await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 3)), "The entries pruned");
            Expect.Equal(
                0, await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 3)), "The entries pruned again");
        });
        Expect.Sequence(["k4", "k5"], (await ReadAsync(probe)).Select(entry => entry.Key.Key), "The entries left");
        await probe.WriteAsync(async transaction => Expect.Equal(
            2, await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, Dot.CounterMax)), "The rest pruned"));
        Expect.Sequence([], (await ReadAsync(probe)).Select(entry => entry.Key.Key), "The entries left then");
    }

    private static async Task PruneLeavesAsync(StoreProbe probe)
    {
        await AppendAsync(probe, (Sample.Scope, "a"), (Sample.OtherScope, "b"));
        await probe.WriteAsync(async transaction => await transaction.RotateAsync(Sample.Peer(1)));
        await AppendAsync(probe, (Sample.Scope, "c"), (Sample.OtherScope, "d"));
        await probe.WriteAsync(async transaction =>
        {
            Expect.Equal(
                0, await transaction.PruneJournalAsync("unknown", new Dot(0, 9)), "Entries pruned in no scope");
            Expect.Equal(
                1, await transaction.PruneJournalAsync(Sample.Scope, new Dot(1, 9)), "Those of the new incarnation");
        });
        Expect.Sequence(["a", "b", "d"], (await ReadAsync(probe)).Select(entry => entry.Key.Key), "The entries left");
        await probe.WriteAsync(async transaction => Expect.Equal(
            1, await transaction.PruneJournalAsync(Sample.OtherScope, new Dot(0, 9)), "Those of the old incarnation"));
        Expect.Sequence(["a", "d"], (await ReadAsync(probe)).Select(entry => entry.Key.Key), "The entries left then");
    }

    private static async Task StatusAsync(StoreProbe probe)
    {
        await probe.WriteAsync(async transaction =>
        {
            transaction.NextDots(9);
            await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, "a", new Dot(0, 4), contentBytes: 1000));
            await transaction.AppendJournalAsync(Sample.Entry(Sample.OtherScope, "b", new Dot(0, 2)));
            await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, "c", new Dot(0, 3), contentBytes: 500));
        });
        JournalStatus scope = await StatusAsync(probe, Sample.Scope);
        JournalStatus other = await StatusAsync(probe, Sample.OtherScope);
        JournalStatus all = await StatusAsync(probe, null);
        Expect.Equal((2L, 1L, 3L), (scope.PendingCount, other.PendingCount, all.PendingCount), "The counts");
        Expect.Equal(Sample.Time(4), scope.Oldest, "The timestamp of the scope's first entry");
        Expect.Equal(Sample.Time(2), other.Oldest, "The timestamp of the other scope's first entry");
        Expect.Equal(Sample.Time(4), all.Oldest, "The timestamp of the first entry");
        Expect.That(scope.PendingBytes >= 1500, "the bytes count the contents");
        Expect.That(other.PendingBytes > 0, "an entry without content takes bytes");
        Expect.Equal(scope.PendingBytes + other.PendingBytes, all.PendingBytes, "The bytes of all scopes");
        await probe.WriteAsync(async transaction => await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 3)));
        JournalStatus rest = await StatusAsync(probe, Sample.Scope);
        Expect.Equal(1L, rest.PendingCount, "The count after pruning");
        Expect.That(
            rest.PendingBytes >= 1000 && rest.PendingBytes < scope.PendingBytes, "pruning frees the entry's bytes");
        await probe.WriteAsync(async transaction => await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 9)));
        Expect.Equal(new JournalStatus(0, 0, null), await StatusAsync(probe, Sample.Scope), "The status of nothing");
    }

    private static async Task PruneChangesNothingElseAsync(StoreProbe probe)
    {
        await probe.PutAsync(Sample.Scope, (Sample.Key("a"), Sample.Map(("n", 1))));
        string before = await probe.DumpAsync();
        await probe.WriteAsync(async transaction =>
            await transaction.AppendJournalAsync(Sample.Entry(Sample.Scope, "a", new Dot(0, 1))));
        Expect.That(before != await probe.DumpAsync(), "the entry shows");
        await probe.WriteAsync(async transaction => await transaction.PruneJournalAsync(Sample.Scope, new Dot(0, 1)));
        Expect.Equal(before, await probe.DumpAsync(), "What the store holds after pruning");
    }

    private static Task AppendAsync(StoreProbe probe, params (string Scope, string Key)[] entries) =>
        probe.WriteAsync(async transaction =>
        {
            foreach ((string scope, string key) in entries)
            {
                await transaction.AppendJournalAsync(Sample.Entry(scope, key, transaction.NextDots()));
            }
        });

    private static Task<IReadOnlyList<JournalEntry>> ReadAsync(StoreProbe probe, long after = 0, int countMax = 1000) =>
        probe.ReadAsync(snapshot => snapshot.ReadJournalAsync(after, countMax, probe.Token).AsTask());

    private static Task<JournalStatus> StatusAsync(StoreProbe probe, string? scope) =>
        probe.ReadAsync(snapshot => snapshot.GetJournalStatusAsync(scope, probe.Token).AsTask());
}
