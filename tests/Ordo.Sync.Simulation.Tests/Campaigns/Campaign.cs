using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Simulation.Tests.Plans;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Many plans, with seeds that count up, until one fails.</summary>
internal sealed class Campaign(bool mayUseSqlite)
{
    /// <summary>What happened in all worlds.</summary>
    public SimulationStatistics Statistics { get; } = new();

    /// <summary>Runs so many plans. Returns the first that fails, or null.</summary>
    public Failure? Run(ulong firstSeed, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Plan plan = PlanGenerator.Generate(firstSeed + (ulong)i, mayUseSqlite);
            if (ViolationOf(plan) is { } violation)
            {
                return new Failure(plan, i + 1, violation);
            }
        }

        return null;
    }

    /// <summary>Takes out every step that the failure does not need.</summary>
    public Plan Shrink(Plan failing)
    {
        bool isShorter = true;
        while (isShorter)
        {
            isShorter = false;
            for (int i = failing.Steps.Count - 1; i >= 0; i--)
            {
                Plan candidate = failing with { Steps = [.. failing.Steps.Where((_, index) => index != i)] };
                if (ViolationOf(candidate) is not null)
                {
                    failing = candidate;
                    isShorter = true;
                }
            }
        }

        return failing;
    }

    /// <summary>Tells a failure in full: the shortened plan, what happened in it, and how to have it again.</summary>
    public string Explain(Failure failure)
    {
        Plan plan = Shrink(failure.Plan);
        return $"{failure.Violation}{Environment.NewLine}Seed {failure.Plan.Seed} at {Commit.Name}. Replay it with{Environment.NewLine}"
            + $"  {CampaignSettings.SeedVariable}={failure.Plan.Seed} {CampaignSettings.CountVariable}=1 "
            + $"{CampaignSettings.SqliteVariable}={(mayUseSqlite ? 1 : 0)} dotnet run -c Release --project "
            + $"tests/Ordo.Sync.Simulation.Tests -- -class {typeof(EngineTests).FullName}{Environment.NewLine}"
            + $"Shortened from {failure.Plan.Steps.Count} to {plan.Steps.Count} steps: {plan}{Environment.NewLine}{ViolationOf(plan)}";
    }

    /// <summary>Runs one plan. Returns the promise that it breaks, or null.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a plan throws is what is being looked for, and is reported.")]
    public string? ViolationOf(Plan plan)
    {
        try
        {
            Statistics.Add(PlanRun.Execute(plan));
            return null;
        }
        catch (Exception exception) when (exception is SimulationException or WorkloadException)
        {
            return exception.Message;
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }
}
