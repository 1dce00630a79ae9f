using System.Globalization;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>What writing processes said was written, and whether stores keep it.</summary>
internal sealed class WriteLedger(string file, WriterStore store)
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
    /// <returns>The counter up to which own writes have left the journal.</returns>
    public async Task<long> VerifyAsync()
    {
        await using IRecordStore opened = await WriterDevice.OpenStoreAsync(file, store);
        if (opened is SqliteRecordStore sqlite)
        {
            Assert.Empty(await sqlite.VerifyIntegrityAsync());
        }

        Assert.Equal(_replica ??= opened.Replica, opened.Replica);
        await using IStoreSnapshot snapshot = await opened.ReadAsync();
        int self = snapshot.Replicas.IndexOf(opened.Replica);
        string scope = WriterDevice.StoredScopeOf(store);
        Assert.Equal(snapshot.Counter, (await snapshot.GetScopeAsync(scope)).Knowledge[self]);
        RangeSlice records = await ReadAllAsync(snapshot, scope);
        AssertAcknowledged(records.Records);
        long pruned = AssertJournal(
            [.. records.Records.Where(record => record.Greatest.Dot.ReplicaIndex == self)],
            await snapshot.ReadJournalAsync(0, int.MaxValue),
            snapshot.Counter);
        _verifiedCounter = snapshot.Counter;
        return pruned;
    }

    /// <summary>A peer knows the writer's versions up to a counter.</summary>
    public async Task AssertPeerKnowsAsync(string peerFile, WriterStore peerStore, long counter)
    {
        await using IRecordStore peer = await WriterDevice.OpenStoreAsync(peerFile, peerStore);
        await using IStoreSnapshot snapshot = await peer.ReadAsync();
        int writer = snapshot.Replicas.IndexOf(_replica!.Value);
        ScopeState state = await snapshot.GetScopeAsync(WriterDevice.StoredScopeOf(peerStore));
        long known = writer < 0 ? 0 : state.Knowledge[writer];
        Assert.True(known >= counter, $"The journal was pruned up to {counter}; the hub has the writes up to {known}.");
    }

    /// <summary>Writer and peer hold the same, and everything acknowledged; nothing waits for the hub.</summary>
    public async Task AssertConvergedAsync(string peerFile, WriterStore peerStore)
    {
        await using IRecordStore mine = await WriterDevice.OpenStoreAsync(file, store);
        await using IRecordStore theirs = await WriterDevice.OpenStoreAsync(peerFile, peerStore);
        await using IStoreSnapshot here = await mine.ReadAsync();
        await using IStoreSnapshot there = await theirs.ReadAsync();
        string scope = WriterDevice.StoredScopeOf(store);
        ScopeState stateHere = await here.GetScopeAsync(scope);
        ScopeState stateThere = await there.GetScopeAsync(scope);
        Assert.Equal(stateHere.Digest, stateThere.Digest);
        Assert.Equal(stateHere.LiveCount, stateThere.LiveCount);
        Assert.Equal(0, (await here.GetJournalStatusAsync()).PendingCount);
        Assert.Equal(0, (await there.GetJournalStatusAsync()).PendingCount);
        RangeSlice records = await ReadAllAsync(there, scope);
        Assert.Equal(stateThere.LiveCount, records.Records.Count);
        AssertAcknowledged(records.Records);
    }

    private static ValueTask<RangeSlice> ReadAllAsync(IStoreSnapshot snapshot, string scope) =>
        snapshot.ReadRangeAsync(scope, KeyRange.All, new ReadBudget(int.MaxValue));

    private void AssertAcknowledged(IReadOnlyList<StoredRecord> records)
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

    // What the hub has not acknowledged has its entry, in order, and every record's version is its key's last entry.
    private static long AssertJournal(
        IReadOnlyList<StoredRecord> records, IReadOnlyList<JournalEntry> journal, long counter)
    {
        long pruned = counter - journal.Count;
        var last = new Dictionary<RecordKey, long>();
        long expected = pruned;
        foreach (JournalEntry entry in journal)
        {
            Assert.Equal(++expected, entry.Dot.Counter);
            last[entry.Key] = entry.Dot.Counter;
        }

        foreach (StoredRecord record in records)
        {
            long version = Assert.Single(record.Versions).Dot.Counter;
            bool isWaiting = last.Remove(record.Key, out long written);
            Assert.True(isWaiting ? version == written : version <= pruned, $"'{record.Key}' stands at {version}.");
        }

        Assert.Empty(last);
        return pruned;
    }
}
