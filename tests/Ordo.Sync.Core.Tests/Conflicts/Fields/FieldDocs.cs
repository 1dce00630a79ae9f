using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Fields;

namespace Ordo.Sync.Core.Tests.Conflicts.Fields;

/// <summary>Builds payloads of plain objects and reads them back as JSON; makes stamps of small numbers.</summary>
internal static class FieldDocs
{
    public const int Unbounded = int.MaxValue;

    /// <summary>A stamp of a time; the replica follows from the author's name.</summary>
    public static FieldStamp At(int time, string author = "ann") => new(
        HybridTimestamp.FromUnixMilliseconds(time),
        new ReplicaId((UInt128)(author[0] * 0x0123_4567_89ABUL)),
        time,
        author);

    /// <summary>A payload of names and values: ints, strings, null, int arrays, and nested (string, object)[]
    /// maps.</summary>
    public static ReadOnlyMemory<byte> Doc(params (string Name, object? Value)[] fields)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        WriteValue(ref writer, fields);
        writer.Flush();
        return output.WrittenMemory;
    }

    public static (string Name, object? Value)[] Map(params (string Name, object? Value)[] fields) => fields;

    public static int[] List(params int[] numbers) => numbers;

    public static string Json(FieldState state) => Json(state.ToPayload());

    public static string Json(ReadOnlyMemory<byte> payload) =>
        payload.IsEmpty ? "deleted" : MessagePackSerializer.ConvertToJson(payload).Replace("\"", string.Empty);

    /// <summary>The lost values as "path=value by author@time", newest first.</summary>
    public static string LostOf(FieldState state) => string.Join(' ', state.Lost.Select(lost =>
        $"{lost.Path}={(lost.Value.IsEmpty ? "removed" : Json(lost.Value))} by {lost.Stamp.Author}@"
        + lost.Stamp.Timestamp.UnixMilliseconds));

    /// <summary>All of a state but the limit of its lost values.</summary>
    public static string Print(FieldState state) =>
        $"{Convert.ToHexString(state.ToPayload().Span)} {Convert.ToHexString(state.Encode().Span)} {LostOf(state)}";

    /// <summary>The leaves of a payload by their paths, empty maps and arrays among them.</summary>
    public static Dictionary<string, string> Leaves(ReadOnlyMemory<byte> payload)
    {
        var leaves = new Dictionary<string, string>();
        if (!payload.IsEmpty)
        {
            Flatten(MessagePackSerializer.Deserialize<object?>(payload), [], leaves);
        }

        return leaves;
    }

    private static void Flatten(object? value, string[] above, Dictionary<string, string> leaves)
    {
        if (value is Dictionary<object, object?> { Count: > 0 } map)
        {
            foreach ((object name, object? inner) in map)
            {
                Flatten(inner, [.. above, (string)name], leaves);
            }
        }
        else if (above.Length > 0)
        {
            leaves.Add(FieldPath.Join(above), Json(MessagePackSerializer.Serialize(value)));
        }
    }

    private static void WriteValue(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case (string Name, object? Value)[] fields:
                writer.WriteMapHeader(fields.Length);
                foreach ((string name, object? inner) in fields)
                {
                    writer.Write(name);
                    WriteValue(ref writer, inner);
                }

                break;
            case int[] numbers:
                writer.WriteArrayHeader(numbers.Length);
                foreach (int number in numbers)
                {
                    writer.Write(number);
                }

                break;
            case int number:
                writer.Write(number);
                break;
            default:
                writer.Write((string?)value);
                break;
        }
    }
}
