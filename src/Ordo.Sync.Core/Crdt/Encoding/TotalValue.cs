using MessagePack;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>What one replica has added to a counter.</summary>
internal readonly record struct TotalValue(long Total) : IDotValue<TotalValue>
{
    public static int Fields => 1;

    public void Write(ref MessagePackWriter writer) => writer.Write(Total);

    public static TotalValue Read(ref MessagePackReader reader) => new(reader.ReadInt64());
}
