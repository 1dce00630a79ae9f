using System.Buffers;
using MessagePack;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>A vector as a local entry.</summary>
internal static class GlobalVectorCodec
{
    public static byte[] Encode(GlobalVector vector)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        WireFormat.Write(ref writer, vector);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static GlobalVector Decode(ReadOnlyMemory<byte> value)
    {
        var reader = new MessagePackReader(value);
        return WireFormat.ReadVector(ref reader);
    }
}
