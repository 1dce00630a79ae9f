namespace Ordo.Sync.Faster.Tests;

/// <summary>Tests that measure the process's memory: no others run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
