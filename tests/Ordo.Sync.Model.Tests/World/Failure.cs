using Ordo.Sync.Model.Tests.Schedules;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>A schedule that broke an invariant, and how.</summary>
internal sealed record Failure(Schedule Schedule, int SchedulesRun, string Violation);
