using MessagePack;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>The value of an element that is only there, as a flag's are.</summary>
internal readonly record struct NoValue : IDotValue<NoValue>
{
    public static int Fields => 0;

    public void Write(ref MessagePackWriter writer)
    {
    }

    public static NoValue Read(ref MessagePackReader reader) => default;
}
