using System.Buffers;
using System.Text.Json.Nodes;

namespace Ordo.Sync.Hub.Tests.Protocol;

/// <summary>A message in all its forms: how the code writes it, how the code reads it, and what it says.</summary>
/// <param name="Name">The name of its files.</param>
/// <param name="Write">Writes it from fixed values.</param>
/// <param name="Rewrite">Reads it and writes what was read; <see langword="null"/> where that loses something.</param>
/// <param name="Describe">Reads it and says what it holds.</param>
internal sealed record Vector(
    string Name, Func<byte[]> Write, Func<byte[], byte[]>? Rewrite, Func<byte[], JsonNode> Describe)
{
    public static Vector Of<T>(
        string name, T message, Action<IBufferWriter<byte>, T> write, Func<ReadOnlyMemory<byte>, T> read, Func<T, JsonNode> describe) =>
        new(name, () => Encode(message, write), bytes => Encode(read(bytes), write), bytes => describe(read(bytes)));

    public static byte[] Encode<T>(T message, Action<IBufferWriter<byte>, T> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output, message);
        return output.WrittenSpan.ToArray();
    }

    public override string ToString() => Name;
}
