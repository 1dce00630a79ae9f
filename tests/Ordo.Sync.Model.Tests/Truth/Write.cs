using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Truth;

/// <summary>One write as it really happened.</summary>
internal sealed class Write(Version version, int scope, int key, int index, UInt128 past)
{
    public Version Version { get; } = version;

    public int Scope { get; } = scope;

    public int Key { get; } = key;

    /// <summary>The bit that stands for this write in the sets of its record's writes.</summary>
    public UInt128 Bit { get; } = UInt128.One << index;

    /// <summary>Every write of the record that its writer had seen, directly or through what it saw.</summary>
    public UInt128 Past { get; } = past;

    /// <summary>Whether a hub ever collected it: a tombstone that may be gone without a successor.</summary>
    public bool IsCollected { get; set; }
}
