using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>What checks write.</summary>
internal static class Sample
{
    public const string Scope = "course/A";
    public const string OtherScope = "course/B";
    public const string Collection = "notes";
    public const string Area = "peers";

    public static ReadBudget NoLimit { get; } = new(int.MaxValue);

    public static ReplicaId Peer(int number) => new(((UInt128)0xFEED << 64) + (UInt128)number);

    public static RecordKey Key(string key, string collection = Collection) => new(collection, key);

    public static HybridTimestamp Time(long milliseconds) => HybridTimestamp.FromUnixMilliseconds(milliseconds);

    public static RecordVersion Version(Dot dot, ReadOnlyMemory<byte> payload, long time = 0) =>
        new(dot, Time(time == 0 ? dot.Counter : time), "ada", payload);

    public static StoredRecord Record(RecordKey key, Dot dot, ReadOnlyMemory<byte> payload) =>
        new(key, [Version(dot, payload)]);

    public static StoredRecord Record(RecordKey key, params RecordVersion[] versions) => new(key, [.. versions]);

    public static StoredRecord Record(string key, Dot dot, string text = "text") =>
        Record(Key(key), dot, Map(("text", text)));

    /// <summary>The record, with something else made visible than its greatest version's payload.</summary>
    public static StoredRecord Showing(ReadOnlyMemory<byte> visible, StoredRecord record) =>
        record with { Visible = visible };

    public static StoredRecord Tombstone(string key, Dot dot) => Record(Key(key), dot, default);

    public static JournalEntry Entry(
        string scope, string key, Dot dot, OperationKind kind = OperationKind.Put, int contentBytes = 0) =>
        new(scope, Key(key), dot, Time(dot.Counter), kind, Bytes(contentBytes, (int)dot.Counter));

    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A MessagePack map.</summary>
    public static ReadOnlyMemory<byte> Map(params (string Field, object? Value)[] fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, fields);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(ref MessagePackWriter writer, (string Field, object? Value)[] fields)
    {
        writer.WriteMapHeader(fields.Length);
        foreach ((string field, object? value) in fields)
        {
            writer.Write(field);
            switch (value)
            {
                case null:
                    writer.WriteNil();
                    break;
                case int number:
                    writer.Write(number);
                    break;
                case long number:
                    writer.Write(number);
                    break;
                case double number:
                    writer.Write(number);
                    break;
                case bool flag:
                    writer.Write(flag);
                    break;
                case string text:
                    writer.Write(text);
                    break;
                case DateTime time:
                    writer.Write(time);
                    break;
                case (string Field, object? Value)[] nested:
                    Write(ref writer, nested);
                    break;
                default:
                    throw new NotSupportedException($"A sample cannot hold a {value.GetType().Name}.");
            }
        }
    }
}
