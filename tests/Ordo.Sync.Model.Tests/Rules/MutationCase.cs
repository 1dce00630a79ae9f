using Ordo.Sync.Model.Tests.Schedules;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>Where a mutation is found: in a profile from a seed on, or in a schedule made by hand.</summary>
internal sealed record MutationCase(string Profile, ulong FirstSeed, int SchedulesMax, Schedule? HandMade = null)
{
    /// <summary>A mutation that any search finds soon.</summary>
    public static MutationCase Common(string profile = "Default") => new(profile, FirstSeed: 1, SchedulesMax: 10_000);

    /// <summary>
    /// A mutation whose search takes too long for every build: a schedule that a search found is run again.
    /// </summary>
    public static MutationCase Rare(string profile, ulong foundAt) => new(profile, foundAt, SchedulesMax: 1);

    /// <summary>A mutation that no search of an hour's length found, or found too late; a person did.</summary>
    public static MutationCase ByHand(Schedule schedule, string profile) =>
        new(profile, FirstSeed: 1, SchedulesMax: 0, schedule);
}
