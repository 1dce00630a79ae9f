namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>What one side does to the record.</summary>
public enum Operation
{
    /// <summary>Puts the record without knowing that there is one.</summary>
    Create,

    /// <summary>Puts both fields.</summary>
    Update,

    /// <summary>Changes the text.</summary>
    PatchText,

    /// <summary>Changes the score.</summary>
    PatchScore,

    /// <summary>Deletes the record.</summary>
    Delete,

    /// <summary>Puts both fields as a decision.</summary>
    Override,

    /// <summary>Decides the conflict that stands: A for the first side of it, B for the second.</summary>
    Approve,
}
