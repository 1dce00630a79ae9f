using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>A plan that broke a promise.</summary>
/// <param name="Plan">The plan as generated.</param>
/// <param name="Violation">The promise.</param>
/// <param name="At">Where in the plan.</param>
internal sealed record Failure(Plan Plan, string Violation, string At)
{
    /// <summary>The promise in one line.</summary>
    public string Summary => $"{Plan.Seed}: {Violation.Split(Environment.NewLine, 2)[0]}";
}
