namespace Ordo.Sync.Cli;

/// <summary>What the tool ends with; scripts may rely on it.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and all is well.</summary>
    public const int Ok = 0;

    /// <summary>Done, and something is not well: a verification found faults, a bundle was not wholly imported.</summary>
    public const int Findings = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The store (or another file, or the hub) cannot be opened or read.</summary>
    public const int Unavailable = 3;

    /// <summary>An app has the store open for writing.</summary>
    public const int Locked = 4;

    /// <summary>What was named is not there: a record, a conflict, a scope.</summary>
    public const int NotFound = 5;

    /// <summary>Stopped by the user.</summary>
    public const int Cancelled = 130;
}
