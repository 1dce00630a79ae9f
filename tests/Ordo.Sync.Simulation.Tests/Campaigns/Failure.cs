using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>A plan that broke a promise.</summary>
/// <param name="Plan">The plan as generated.</param>
/// <param name="PlansRun">How many were run until it was found.</param>
/// <param name="Violation">The promise.</param>
internal sealed record Failure(Plan Plan, int PlansRun, string Violation);
