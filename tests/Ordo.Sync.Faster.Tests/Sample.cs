using System.Security.Cryptography;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

/// <summary>Short ways to make what tests store.</summary>
internal static class Sample
{
    public const string Scope = "course/AAA";

    public static RecordKey Key(string key) => new("grades", key);

    public static HybridTimestamp Time(long milliseconds) => HybridTimestamp.FromUnixMilliseconds(milliseconds);

    /// <summary>Bytes that are no map and depend on a number, so that one value is not taken for another.</summary>
    public static byte[] Bytes(int number, int length = 60)
    {
        var bytes = new byte[length];
        new Random(number).NextBytes(bytes);
        return bytes;
    }

    public static StoredRecord Record(string key, Dot dot, ReadOnlyMemory<byte> payload, long time = 1000) =>
        new(Key(key), [new RecordVersion(dot, Time(time), "ada", payload)]);

    public static async Task WriteAsync(
        this IRecordStore store, Func<IStoreTransaction, Task> write, Durability durability = Durability.Normal)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        await write(transaction);
        await transaction.CommitAsync(durability);
    }

    /// <summary>Puts a record under a new dot, as an app's write does: record, journal, knowledge.</summary>
    public static Task PutAsync(
        this IRecordStore store, string key, byte[] payload, Durability durability = Durability.Normal) =>
        store.WriteAsync(transaction => transaction.PutAsync(key, payload), durability);

    public static async Task PutAsync(this IStoreTransaction transaction, string key, byte[] payload, long time = 1000)
    {
        Dot dot = transaction.NextDots();
        await transaction.PutAsync(Scope, Record(key, dot, payload, time));
        await transaction.AppendJournalAsync(new JournalEntry(Scope, Key(key), dot, Time(time), OperationKind.Put));
        ScopeState state = await transaction.GetScopeAsync(Scope);
        await transaction.SetScopeAsync(Scope, state with { Knowledge = state.Knowledge.With(dot) });
    }

    /// <summary>Everything a store holds, as a text that is equal where the content is.</summary>
    public static async Task<string> DumpAsync(this IRecordStore store)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        var text = new StringBuilder($"{snapshot.Replica} {snapshot.Counter} {snapshot.Clock}\n");
        foreach (string scope in await snapshot.ListScopesAsync())
        {
            ScopeState state = await snapshot.GetScopeAsync(scope);
            text.Append(scope).Append(' ').Append(state.Knowledge).Append(state.Forgotten).Append(state.Digest).AppendLine();
            RangeSlice records = await snapshot.ReadRangeAsync(scope, KeyRange.All, new ReadBudget(int.MaxValue));
            foreach (StoredRecord record in records.Records)
            {
                text.Append(record.Key).Append(' ').AppendJoin(' ', record.Versions).Append(' ')
                    .AppendLine(Hash(record.Greatest.Payload));
            }
        }

        foreach (JournalEntry entry in await snapshot.ReadJournalAsync(0, int.MaxValue))
        {
            text.Append(entry.Sequence).Append(entry.Key).Append(entry.Dot).AppendLine(Hash(entry.Content));
        }

        foreach (LocalEntry entry in await snapshot.ListLocalAsync("area", null, int.MaxValue))
        {
            text.Append(entry.Key).AppendLine(Hash(entry.Value));
        }

        return text.ToString();
    }

    private static string Hash(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes.Span));
}
