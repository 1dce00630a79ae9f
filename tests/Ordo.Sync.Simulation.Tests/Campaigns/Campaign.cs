using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ordo.Sync.Simulation.Tests.Plans;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Many plans, with seeds that count up, a world a thread, until enough of them failed.</summary>
/// <param name="sqliteOneIn">One plan in so many keeps its records in SQLite files; 0 for none.</param>
/// <param name="failuresMax">How many failures end it.</param>
/// <param name="tell">Is told each failure when it happens and, of a long campaign, how far it is; null for nobody.</param>
/// <param name="kind">What seeds are made into.</param>
internal sealed class Campaign(int sqliteOneIn, int failuresMax = 1, Action<string>? tell = null, PlanKind kind = PlanKind.Plain)
{
    private const int PlansPerReport = 10_000;

    private readonly Lock _lock = new();
    private readonly List<Failure> _failures = [];
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private int _begun;

    /// <summary>What happened in all worlds.</summary>
    public SimulationStatistics Statistics { get; } = new();

    /// <summary>The plans that were run.</summary>
    public int PlanCount => _begun;

    /// <summary>Runs so many plans, on as many threads as the machine has processors. Returns those that failed, by seed.</summary>
    public IReadOnlyList<Failure> Run(ulong firstSeed, int count)
    {
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() => RunSome(firstSeed, count)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return [.. _failures.OrderBy(failure => failure.Plan.Seed)];
    }

    private void RunSome(ulong firstSeed, int count)
    {
        while (TryTake(count, out int number))
        {
            Plan plan = PlanGenerator.Generate(firstSeed + (ulong)number, sqliteOneIn, kind);
            if (ViolationOf(plan) is { } violation)
            {
                var failure = new Failure(plan, violation);
                lock (_lock)
                {
                    _failures.Add(failure);
                    tell?.Invoke($"FAILED {failure.Summary}");
                }
            }
        }
    }

    /// <summary>What happened until now, in a line.</summary>
    public string Tell() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_begun} plans in {Stopwatch.GetElapsedTime(_startedAt).TotalSeconds:F0} s: {Statistics.Elapsed.TotalHours:F0} simulated hours, "
        + $"{Statistics.CommitCount} commits, {Statistics.WriteCount} versions followed, {Statistics.ConflictCount} conflicts, "
        + $"{Statistics.MessageCount} messages, {Statistics.LossCount} lost, {Statistics.DuplicateCount} repeated, "
        + $"{Statistics.PartitionCount} partitions, {Statistics.CrashCount} crashes, {Statistics.UndoneCommitCount} commits undone "
        + $"by power cuts, {Statistics.DiskErrorCount} disk errors; {_failures.Count} plans failed");

    private bool TryTake(int count, out int number)
    {
        lock (_lock)
        {
            number = _begun;
            if (_failures.Count >= failuresMax || number >= count)
            {
                return false;
            }

            if (number > 0 && number % PlansPerReport == 0)
            {
                tell?.Invoke(Tell());
            }

            _begun++;
            return true;
        }
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
            + $"{CampaignSettings.SqliteVariable}={(failure.Plan.OnSqlite ? 1 : 0)} "
            + $"{CampaignSettings.ScenesVariable}={(kind == PlanKind.Scenes ? 1 : 0)} "
            + $"{CampaignSettings.DisastersVariable}={(kind == PlanKind.Disasters ? 1 : 0)} dotnet run -c Release --project "
            + $"tests/Ordo.Sync.Simulation.Tests -- -class {typeof(EngineTests).FullName}{Environment.NewLine}"
            + $"Shortened from {failure.Plan.Steps.Count} to {plan.Steps.Count} steps: {plan}{Environment.NewLine}{ViolationOf(plan)}";
    }

    /// <summary>Runs one plan. Returns the promise that it breaks, or null.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a plan throws is what is being looked for, and is reported.")]
    public string? ViolationOf(Plan plan)
    {
        try
        {
            SimulationStatistics happened = PlanRun.Execute(plan);
            lock (_lock)
            {
                Statistics.Add(happened);
            }

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
