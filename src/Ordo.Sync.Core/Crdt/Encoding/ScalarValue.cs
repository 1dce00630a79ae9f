using MessagePack;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>A set's element.</summary>
internal readonly record struct ScalarValue(Scalar Value) : IDotValue<ScalarValue>
{
    public static int Fields => 1;

    public void Write(ref MessagePackWriter writer) => ScalarCodec.Write(ref writer, Value);

    public static ScalarValue Read(ref MessagePackReader reader) => new(ScalarCodec.Read(ref reader));
}
