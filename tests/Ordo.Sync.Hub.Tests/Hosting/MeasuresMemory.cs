namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>Tests that measure what the process allocates run alone.</summary>
[CollectionDefinition(nameof(MeasuresMemory), DisableParallelization = true)]
public sealed class MeasuresMemory;
