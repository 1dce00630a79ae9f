using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.Truth;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>Many schedules, with seeds that count up, until one fails.</summary>
internal sealed class Campaign(RuleMutation mutation, string profileName)
{
    private readonly ScheduleProfile _profile = ScheduleProfiles.All[profileName];

    public long WriteCount { get; private set; }

    /// <summary>Runs up to so many schedules. Returns the first that fails, or null.</summary>
    public Failure? Run(ulong firstSeed, int schedules)
    {
        for (int i = 0; i < schedules; i++)
        {
            Schedule schedule = ScheduleGenerator.Generate(firstSeed + (ulong)i, _profile);
            if (ViolationOf(schedule) is { } violation)
            {
                return new Failure(schedule, i + 1, violation);
            }
        }

        return null;
    }

    /// <summary>Runs one schedule, and returns it if it fails.</summary>
    public Failure? Run(Schedule schedule) =>
        ViolationOf(schedule) is { } violation ? new Failure(schedule, 1, violation) : null;

    /// <summary>Takes out every step the failure does not need, and returns what is left.</summary>
    public Schedule Shrink(Schedule failing)
    {
        bool shorter = true;
        while (shorter)
        {
            shorter = false;
            for (int i = failing.Steps.Count - 1; i >= 0; i--)
            {
                Schedule candidate = failing with { Steps = [.. failing.Steps.Where((_, index) => index != i)] };
                if (ViolationOf(candidate) is not null)
                {
                    failing = candidate;
                    shorter = true;
                }
            }
        }

        return failing;
    }

    /// <summary>Tells the failure in full: the shortened run step by step, and how to have it again.</summary>
    public string Explain(Failure failure)
    {
        Schedule schedule = Shrink(failure.Schedule);
        var trace = new TraceLog(schedule.HasHub);
        string violation = ViolationOf(schedule, trace) ?? failure.Violation;
        return $"{failure.Violation}\nMutation {mutation}, profile {profileName}, seed {failure.Schedule.Seed}, "
            + $"{schedule.Topology}, {schedule.Replicas} replicas, {schedule.Keys} records a scope.\nReplay it with "
            + $"{ModelSettings.ProfileVariable}={profileName} {ModelSettings.SeedVariable}={failure.Schedule.Seed} {ModelSettings.SchedulesVariable}=1.\n"
            + $"Shortened from {failure.Schedule.Steps.Count} to {schedule.Steps.Count} steps:\n"
            + $"{trace}  !!   {violation}\n";
    }

    /// <summary>Runs one schedule. Returns the invariant it broke, or null.</summary>
    public string? ViolationOf(Schedule schedule, TraceLog? trace = null)
    {
        try
        {
            WriteCount += ScheduleRun.Execute(schedule, mutation, trace).Ledger.WriteCount;
            return null;
        }
        catch (ModelViolationException violation)
        {
            return violation.Message;
        }
    }
}
