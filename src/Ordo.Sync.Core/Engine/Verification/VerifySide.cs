namespace Ordo.Sync.Engine.Verification;

/// <summary>Which side of a comparison is at fault.</summary>
public enum VerifySide
{
    /// <summary>
    /// It cannot be told: neither side's digest, or both sides', miss their records. A store that was copied while it lived on
    /// looks so.
    /// </summary>
    Unknown = 0,

    /// <summary>This side: its digest, kept since the records were written, misses the records that are there now.</summary>
    Here = 1,

    /// <summary>The peer, for the same reason.</summary>
    There = 2,
}
