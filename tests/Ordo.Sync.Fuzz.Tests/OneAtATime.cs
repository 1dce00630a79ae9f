namespace Ordo.Sync.Fuzz.Tests;

/// <summary>What whole files and conversations allot is counted for the process: nothing else may run in it meanwhile.</summary>
internal static class OneAtATime
{
    public const string Name = "one at a time";
}
