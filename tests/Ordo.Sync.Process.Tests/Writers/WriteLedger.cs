using System.Globalization;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>What writing processes said was written, and whether a store keeps it.</summary>
internal sealed class WriteLedger(string file)
{
    private static readonly IndexDefinition Value = new("Value", IndexType.Integer);

    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);
    private readonly HashSet<long> _counters = [];
    private long _verifiedCounter;
    private ReplicaId? _replica;

    /// <summary>How many writes were acknowledged.</summary>
    public int Acknowledged => _counters.Count;

    /// <summary>Takes an acknowledgement in.</summary>
    public void Note(string line)
    {
        string[] parts = line.Split(' ');
        Assert.Equal(("ack", 4), (parts[0], parts.Length));
        long counter = long.Parse(parts[3], CultureInfo.InvariantCulture);
        Assert.True(_counters.Add(counter), $"The dot {counter} was issued twice.");
        Assert.True(
            counter > _verifiedCounter, $"The dot {counter} was issued again: the store had come to {_verifiedCounter}.");
        _values[parts[1]] = long.Parse(parts[2], CultureInfo.InvariantCulture);
    }

    /// <summary>Holds the store against what was acknowledged, and its journal against its records.</summary>
    public async Task VerifyAsync()
    {
        await using var store = new SqliteRecordStore(new SqliteStoreOptions { Path = file });
        await store.OpenAsync();
        Assert.Empty(await store.VerifyIntegrityAsync());
        Assert.Equal(_replica ??= store.Replica, store.Replica);
        long counter;
        await using (IStoreSnapshot s = await store.ReadAsync())
        {
            counter = s.Counter;
            int self = s.Replicas.IndexOf(store.Replica);
            Assert.Equal(counter, (await s.GetScopeAsync(WriterDevice.ScopeName)).Knowledge[self]);
            RangeSlice records = await s.ReadRangeAsync(
                WriterDevice.ScopeName, KeyRange.All, new ReadBudget(int.MaxValue));
            AssertRecords(records.Records);
            AssertJournal(records.Records, await s.ReadJournalAsync(0, int.MaxValue), counter);
        }

        // As an acknowledgement does: the next look has only new entries to compare.
        await using IStoreTransaction t = await store.BeginAsync();
        await t.PruneJournalAsync(WriterDevice.ScopeName, new Dot(t.Replicas.IndexOf(store.Replica), counter));
        await t.CommitAsync(Durability.Full);
        _verifiedCounter = counter;
    }

    private void AssertRecords(IReadOnlyList<StoredRecord> records)
    {
        var held = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (StoredRecord record in records)
        {
            held.Add(record.Key.Key, IndexExtractor.Extract(record.Visible, Value).Integer!.Value);
        }

        // More may stand than was acknowledged in time, never less.
        foreach ((string key, long value) in _values)
        {
            string first = key.StartsWith("batch/", StringComparison.Ordinal) ? $"{key}/0" : key;
            Assert.True(
                held.TryGetValue(first, out long found) && found >= value,
                $"'{key}' was acknowledged as {value} and is {(held.TryGetValue(first, out found) ? found : "gone")}.");
        }

        foreach (IGrouping<string, KeyValuePair<string, long>> batch in held
            .Where(pair => pair.Key.StartsWith("batch/", StringComparison.Ordinal))
            .GroupBy(pair => pair.Key[..pair.Key.LastIndexOf('/')]))
        {
            Assert.Equal(WriterProgram.BatchSize, batch.Count());
            Assert.Single(batch.Select(pair => pair.Value).Distinct());
        }
    }

    // Every dot since the last look has its entry, in order, and every record's version is its key's last entry.
    private void AssertJournal(IReadOnlyList<StoredRecord> records, IReadOnlyList<JournalEntry> journal, long counter)
    {
        Assert.Equal(counter - _verifiedCounter, journal.Count);
        var last = new Dictionary<RecordKey, long>();
        long expected = _verifiedCounter;
        foreach (JournalEntry entry in journal)
        {
            Assert.Equal(++expected, entry.Dot.Counter);
            last[entry.Key] = entry.Dot.Counter;
        }

        foreach (StoredRecord record in records)
        {
            long version = Assert.Single(record.Versions).Dot.Counter;
            bool isNew = last.Remove(record.Key, out long written);
            Assert.True(isNew ? version == written : version <= _verifiedCounter, $"'{record.Key}' stands at {version}.");
        }

        Assert.Empty(last);
    }
}
