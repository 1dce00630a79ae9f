namespace Ordo.Sync.Journal;

/// <summary>What a journaled operation did.</summary>
public enum OperationKind
{
    /// <summary>Wrote a new version of a record.</summary>
    Put = 1,

    /// <summary>Deleted a record.</summary>
    Delete = 2,

    /// <summary>Decided a conflict: wrote a version that supersedes several.</summary>
    Resolve = 3,

    /// <summary>Wrote the same content under a new dot, because the old one could not stand.</summary>
    Restamp = 4,
}
