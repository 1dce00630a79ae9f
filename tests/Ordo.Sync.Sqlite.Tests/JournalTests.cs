using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Storage;
using static Ordo.Sync.Sqlite.Tests.Sample;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Entries_of_all_scopes_come_in_the_order_of_appending_in_pages()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            for (int i = 1; i <= 20; i++)
            {
                OperationKind kind = i % 3 == 0 ? OperationKind.Delete : OperationKind.Resolve;
                JournalEntry entry = Entry($"k{i}", new Dot(0, i), kind, i);
                await t.AppendJournalAsync(entry with { Scope = $"scope/{i % 3}", Content = new byte[i] });
            }
        });
        await using IStoreSnapshot s = await store.ReadAsync();
        var found = new List<JournalEntry>();
        while (await s.ReadJournalAsync(found.Count == 0 ? 0 : found[^1].Sequence, 7) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 7);
            found.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), found.Select(entry => entry.Dot.Counter));
        Assert.Equal(found.Select(entry => entry.Sequence).Order().Distinct(), found.Select(entry => entry.Sequence));
        JournalEntry third = found[2];
        Assert.Equal(("scope/0", Key("k3")), (third.Scope, third.Key));
        Assert.Equal((Time(3), OperationKind.Delete), (third.Timestamp, third.Kind));
        Assert.Equal(3, third.Content.Length);
        Assert.Empty(await s.ReadJournalAsync(0, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pruning_takes_just_what_is_acknowledged_whatever_the_order_of_dots(bool scrambled)
    {
        var random = new Random(3);
        await using SqliteRecordStore store = await _folder.OpenAsync();
        List<Dot> dots = [.. Enumerable.Range(1, 30).Select(i => new Dot(i <= 10 ? 0 : 1, i <= 10 ? i : i - 10))];
        if (scrambled)
        {
            dots = [.. dots.OrderBy(_ => random.Next())];
        }

        await store.WriteAsync(async t =>
        {
            foreach (Dot dot in dots)
            {
                await t.AppendJournalAsync(Entry($"{dot}", dot));
                await t.AppendJournalAsync(Entry($"{dot}", dot) with { Scope = "other" });
            }
        });
        foreach (Dot upTo in (Dot[])[new Dot(1, 4), new Dot(0, 3), new Dot(2, 9), new Dot(1, 20), new Dot(0, 10)])
        {
            int expected = dots.RemoveAll(dot => dot.ReplicaIndex == upTo.ReplicaIndex && dot <= upTo);
            await store.WriteAsync(async t =>
            {
                Assert.Equal(expected, await t.PruneJournalAsync(Scope, upTo));
                Assert.Equal(0, await t.PruneJournalAsync("nowhere", upTo));
                Assert.Equal(dots.Count, (await t.GetJournalStatusAsync(Scope)).PendingCount);
            });
            await using IStoreSnapshot s = await store.ReadAsync();
            IReadOnlyList<JournalEntry> left = await s.ReadJournalAsync(0, 1000);
            Assert.Equal(dots, left.Where(entry => entry.Scope == Scope).Select(entry => entry.Dot));
            Assert.Equal(30 + dots.Count, (await s.GetJournalStatusAsync()).PendingCount);
        }

        Assert.Empty(await store.VerifyIntegrityAsync());
    }

    [Fact]
    public async Task The_status_counts_bytes_and_names_the_oldest()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        await store.WriteAsync(async t =>
        {
            await t.AppendJournalAsync(Entry("a", new Dot(0, 1), time: 700) with { Scope = "z" });
            await t.AppendJournalAsync(Entry("a", new Dot(0, 2), time: 500) with { Content = new byte[100] });
            await t.AppendJournalAsync(Entry("b", new Dot(0, 3), time: 400));
        });
        await using (IStoreSnapshot s = await store.ReadAsync())
        {
            JournalStatus all = await s.GetJournalStatusAsync();
            JournalStatus one = await s.GetJournalStatusAsync(Scope);
            Assert.Equal((3L, Time(700)), (all.PendingCount, all.Oldest));
            Assert.Equal((2L, Time(500)), (one.PendingCount, one.Oldest));
            Assert.True(all.PendingBytes > one.PendingBytes && one.PendingBytes > 100);
        }

        await store.WriteAsync(async t =>
        {
            await t.PruneJournalAsync(Scope, new Dot(0, 3));
            await t.PruneJournalAsync("z", new Dot(0, 3));
        });
        await using IStoreSnapshot after = await store.ReadAsync();
        Assert.Equal(new JournalStatus(0, 0, null), await after.GetJournalStatusAsync());
        Assert.Equal(new JournalStatus(0, 0, null), await after.GetJournalStatusAsync(Scope));
    }

    [Fact]
    public async Task A_sequence_number_is_never_given_again()
    {
        await using (SqliteRecordStore store = await _folder.OpenAsync())
        {
            await store.PutAsync("a", Score(1));
            await store.WriteAsync(async t => await t.PruneJournalAsync(Scope, new Dot(0, 1)));
        }

        await using SqliteRecordStore again = await _folder.OpenAsync();
        await again.PutAsync("b", Score(1));
        await using IStoreSnapshot s = await again.ReadAsync();
        Assert.Equal(2, Assert.Single(await s.ReadJournalAsync(1, 10)).Sequence);
    }

    [Fact]
    public async Task Local_entries_are_kept_in_utf8_order_and_an_empty_value_is_one()
    {
        await using SqliteRecordStore store = await _folder.OpenAsync();
        string[] keys = ["", "a", "b", "\uffee", "\U0001F600"];
        await store.WriteAsync(async t =>
        {
            foreach (string key in keys)
            {
                await t.SetLocalAsync("peers", key, new byte[] { 1 });
                await t.SetLocalAsync("peers2", key, new byte[] { 2 });
            }

            await t.SetLocalAsync("peers", "b", default);
            await t.RemoveLocalAsync("peers2", "nowhere");
        });
        await using (IStoreSnapshot s = await store.ReadAsync())
        {
            Assert.Equal(keys, (await s.ListLocalAsync("peers", null, 10)).Select(entry => entry.Key));
            Assert.Equal(keys[2..4], (await s.ListLocalAsync("peers", "a", 2)).Select(entry => entry.Key));
            Assert.Equal(0, (await s.GetLocalAsync("peers", "b"))!.Value.Length);
            Assert.Equal(1, (await s.GetLocalAsync("peers", ""))!.Value.Length);
            Assert.Null(await s.GetLocalAsync("peers", "c"));
        }

        await store.WriteAsync(async t => await t.RemoveLocalAsync("peers", "b"));
        await using IStoreSnapshot after = await store.ReadAsync();
        Assert.Null(await after.GetLocalAsync("peers", "b"));
    }
}
