using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>Short ways to make what tests store.</summary>
internal static class Sample
{
    public const string Scope = "course/AAA";

    public static ReplicaId Peer(int number) => new(((UInt128)0xbeef << 64) | (UInt128)(uint)number);

    public static RecordKey Key(string key) => new("grades", key);

    public static HybridTimestamp Time(long milliseconds) => HybridTimestamp.FromUnixMilliseconds(milliseconds);

    public static RecordVersion Version(Dot dot, ReadOnlyMemory<byte> payload, string author = "ada", long time = 1000) =>
        new(dot, Time(time), author, payload);

    public static RecordVersion Carrier(Dot dot, string author, long time = 1000) =>
        new(dot, Time(time), author, default, new VersionNotes { Kind = VersionKind.Carrier }.Encode());

    public static StoredRecord Record(
        string key, Dot dot, ReadOnlyMemory<byte> payload, string author = "ada", long time = 1000) =>
        new(Key(key), [Version(dot, payload, author, time)]);

    public static StoredRecord Tombstone(string key, Dot dot) => Record(key, dot, default);

    public static StoredRecord Siblings(string key, params RecordVersion[] versions) => new(Key(key), [.. versions]);

    public static JournalEntry Entry(string key, Dot dot, OperationKind kind = OperationKind.Put, long time = 1000) =>
        new(Scope, Key(key), dot, Time(time), kind);

    public static CollectionSchema Declare(params IndexDefinition[] indexes) => new("grades", [.. indexes]);

    /// <summary>A payload with the fields given.</summary>
    public static byte[] Payload(params (string Field, object? Value)[] fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(fields.Length);
        foreach ((string field, object? value) in fields)
        {
            writer.Write(field);
            switch (value)
            {
                case int integer:
                    writer.Write(integer);
                    break;
                case double real:
                    writer.Write(real);
                    break;
                case string text:
                    writer.Write(text);
                    break;
                default:
                    writer.WriteNil();
                    break;
            }
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Score(int score) => Payload(("score", score));

    /// <summary>Writes in one transaction and commits it.</summary>
    public static async Task WriteAsync(
        this SqliteRecordStore store, Func<IStoreTransaction, Task> write, Durability durability = Durability.Normal)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        await write(transaction);
        await transaction.CommitAsync(durability);
    }

    /// <summary>Puts a record under a new dot, as an app's write does: record, journal, knowledge.</summary>
    public static async Task<Dot> PutAsync(
        this SqliteRecordStore store, string key, byte[] payload, Durability durability = Durability.Normal)
    {
        await using IStoreTransaction transaction = await store.BeginAsync();
        Dot dot = await transaction.PutAsync(key, payload);
        await transaction.CommitAsync(durability);
        return dot;
    }

    /// <summary>Puts a record under a new dot within a transaction.</summary>
    public static async Task<Dot> PutAsync(
        this IStoreTransaction transaction, string key, byte[] payload, string scope = Scope)
    {
        Dot dot = transaction.NextDots();
        await transaction.PutAsync(scope, Record(key, dot, payload));
        await transaction.AppendJournalAsync(Entry(key, dot) with { Scope = scope });
        ScopeState state = await transaction.GetScopeAsync(scope);
        await transaction.SetScopeAsync(scope, state with { Knowledge = state.Knowledge.With(dot) });
        return dot;
    }

    public static ImmutableArray<string> Keys(this IEnumerable<StoredRecord> records) =>
        [.. records.Select(record => record.Key.Key)];
}
