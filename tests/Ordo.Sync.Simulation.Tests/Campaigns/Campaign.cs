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
/// <param name="mutant">The planted fault that is awake; null for none.</param>
internal sealed class Campaign(
    int sqliteOneIn, int failuresMax = 1, Action<string>? tell = null, PlanKind kind = PlanKind.Plain, string? mutant = null)
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
            if (FailureOf(CampaignSettings.Only(plan, CampaignSettings.Steps)) is { } failure)
            {
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
        + $"by power cuts, {Statistics.DiskErrorCount} disk errors, {Statistics.RestoreCount} stores put back, "
        + $"{Statistics.CloneCount} copied, {Statistics.CollectedCount} deletes forgotten, {Statistics.CompactionCount} generations, "
        + $"{Statistics.RenamingCount} times followed; {_failures.Count} plans failed");

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

    /// <summary>Tells a failure in full: where it happened, the shortened plan, what happened in it, and how to have both again.</summary>
    public string Explain(Failure failure)
    {
        Plan plan = new Shrinker(ViolationOf).Shrink(failure.Plan, failure.Violation);
        return $"{failure.Violation}{Environment.NewLine}Seed {failure.Plan.Seed}, {failure.At}, at {Commit.Name}. Replay it with"
            + $"{Environment.NewLine}  {ReplayCommand.Of(failure.Plan, kind, mutant)}{Environment.NewLine}"
            + $"Shortened from {failure.Plan.Steps.Count} to {plan.Steps.Count} steps: {plan}{Environment.NewLine}{ViolationOf(plan)}"
            + $"{Environment.NewLine}Replay the shortened plan with{Environment.NewLine}"
            + $"  {ReplayCommand.Of(plan, kind, mutant, isShortened: true)}";
    }

    /// <summary>Runs one plan. Returns the promise that it breaks, or null.</summary>
    public string? ViolationOf(Plan plan) => FailureOf(plan)?.Violation;

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a plan throws is what is being looked for, and is reported.")]
    private Failure? FailureOf(Plan plan)
    {
        string at = "before its first step";
        try
        {
            SimulationStatistics happened = PlanRun.Execute(plan, step => at = step);
            lock (_lock)
            {
                Statistics.Add(happened);
            }

            return null;
        }
        catch (Exception exception) when (exception is SimulationException or WorkloadException)
        {
            return new Failure(plan, exception.Message, at);
        }
        catch (Exception exception)
        {
            return new Failure(plan, exception.ToString(), at);
        }
    }
}
