namespace Ordo.Sync.Replication.Apply;

/// <summary>Whether a batch was applied, or why not. Where not, nothing of it was.</summary>
public enum ApplyStatus
{
    /// <summary>Applied.</summary>
    Applied,

    /// <summary>Its base is not known here: its claim would not hold.</summary>
    BaseMissing,

    /// <summary>The sender has missed deletes that are collected here.</summary>
    SenderBehind,

    /// <summary>A timestamp is too far ahead.</summary>
    ClockSkew,
}
