namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>What stands before both sides act.</summary>
public enum Standing
{
    /// <summary>No record.</summary>
    Nothing,

    /// <summary>One version.</summary>
    Single,

    /// <summary>Two versions that disagree.</summary>
    Conflict,
}
