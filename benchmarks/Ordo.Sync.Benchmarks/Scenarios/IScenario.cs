using Ordo.Sync.Benchmarks.Reporting;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>A whole pipeline on real stores, measured against a baseline of the same run.</summary>
internal interface IScenario
{
    string Name { get; }

    /// <summary>What is timed and what it should reach.</summary>
    string Description { get; }

    int DefaultRecords { get; }

    /// <summary>Runs; throws where the result is not what it must be.</summary>
    IAsyncEnumerable<Measurement> RunAsync(int records, int rounds);
}
