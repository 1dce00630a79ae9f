using System.Buffers;
using MessagePack;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

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

    /// <exception cref="Errors.SyncException">The bytes are damaged.</exception>
    public static GlobalVector Decode(ReadOnlyMemory<byte> value) => StoredForm.Decode(value, "a vector", static value =>
    {
        var reader = new MessagePackReader(value);
        return WireFormat.ReadVector(ref reader);
    });
}
