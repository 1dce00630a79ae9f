using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>A register's value and when it was written.</summary>
internal readonly record struct StampedValue(HybridTimestamp Timestamp, Scalar Value) : IDotValue<StampedValue>
{
    public static int Fields => 2;

    public void Write(ref MessagePackWriter writer)
    {
        writer.Write(Timestamp.Value);
        ScalarCodec.Write(ref writer, Value);
    }

    public static StampedValue Read(ref MessagePackReader reader) =>
        new(new HybridTimestamp(reader.ReadUInt64()), ScalarCodec.Read(ref reader));
}
