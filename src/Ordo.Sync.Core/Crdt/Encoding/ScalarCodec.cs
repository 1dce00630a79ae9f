using System.Buffers;
using MessagePack;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>Scalars as the MessagePack values they are.</summary>
internal static class ScalarCodec
{
    public static void Write(ref MessagePackWriter writer, Scalar value)
    {
        switch (value.Kind)
        {
            case ScalarKind.Boolean:
                writer.Write(value.AsBoolean());
                break;
            case ScalarKind.Whole:
                writer.Write(value.AsInteger());
                break;
            case ScalarKind.Real:
                writer.Write(value.AsDouble());
                break;
            case ScalarKind.Text:
                writer.Write(value.AsString());
                break;
            case ScalarKind.Bytes:
                writer.Write(value.AsBytes().Span);
                break;
        }
    }

    public static Scalar Read(ref MessagePackReader reader) => reader.NextMessagePackType switch
    {
        MessagePackType.Boolean => Scalar.Of(reader.ReadBoolean()),
        MessagePackType.Integer => Scalar.Of(reader.ReadInt64()),
        MessagePackType.Float => Scalar.Of(reader.ReadDouble()),
        MessagePackType.String => Scalar.Of(reader.ReadString()!),
        MessagePackType.Binary => Scalar.Of(reader.ReadBytes()!.Value.ToArray().AsSpan()),
        MessagePackType other => throw new CrdtFormatException($"A scalar cannot be a MessagePack {other}."),
    };
}
