namespace Ordo.Sync.Faster.Values;

/// <summary>What a value belongs to. The numbers are stored.</summary>
internal enum ValueKind : byte
{
    /// <summary>A record.</summary>
    Record = 1,

    /// <summary>A local entry too long to stand in memory.</summary>
    Local = 2,

    /// <summary>The content of a journal entry too long to stand in memory.</summary>
    Journal = 3,
}
