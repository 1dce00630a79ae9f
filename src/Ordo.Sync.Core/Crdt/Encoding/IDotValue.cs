using MessagePack;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>How an element's value is written beside its dot.</summary>
internal interface IDotValue<TSelf>
    where TSelf : IDotValue<TSelf>
{
    /// <summary>The number of MessagePack values that one takes.</summary>
    static abstract int Fields { get; }

    void Write(ref MessagePackWriter writer);

    static abstract TSelf Read(ref MessagePackReader reader);
}
