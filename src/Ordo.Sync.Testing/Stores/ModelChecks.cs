using System.Globalization;
using System.Text;
using Ordo.Sync.Testing.Stores.Model;

namespace Ordo.Sync.Testing.Stores;

/// <summary>
/// Random operations against the store and against a model of it too simple to be wrong. A failure is shrunk: what
/// remains is a short list of operations that still fail.
/// </summary>
internal static class ModelChecks
{
    private const int SeedCount = 12;
    private const int StepCount = 250;
    private const int ShrinkRunsMax = 200;

    public static IEnumerable<ConformanceCheck> All =>
        Enumerable.Range(1, SeedCount).Select(seed => Of(seed, StepCount));

    public static ConformanceCheck Of(int seed, int stepCount) => new(
        string.Create(
            CultureInfo.InvariantCulture, $"{stepCount} random operations do what a simple model does, seed {seed}"),
        probe => RunAsync(probe, seed, stepCount));

    private static async Task RunAsync(StoreProbe probe, int seed, int stepCount)
    {
        List<ModelStep> steps = ModelStep.Draw(new Random(seed), stepCount);
        if (await TryAsync(probe, steps) is not { } failure)
        {
            return;
        }

        steps = steps[..(failure.At + 1)];
        (steps, failure) = await ShrinkAsync(probe, steps, failure);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Seed {seed} fails. These operations do too ({steps.Count}):");
        for (int i = 0; i < steps.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {i + 1}. {steps[i]}");
        }

        throw new ConformanceException($"{text}{failure.Cause.Message}", failure.Cause);
    }

    private static async Task<(List<ModelStep> Steps, ModelFailure Failure)> ShrinkAsync(
        StoreProbe probe, List<ModelStep> steps, ModelFailure failure)
    {
        int runs = 0;
        for (int size = steps.Count / 2; size >= 1; size /= 2)
        {
            for (int at = 0; at + size <= steps.Count && runs < ShrinkRunsMax;)
            {
                runs++;
                List<ModelStep> fewer = [.. steps[..at], .. steps[(at + size)..]];
                if (await TryAsync(probe, fewer) is { } still)
                {
                    steps = fewer[..(still.At + 1)];
                    failure = still;
                }
                else
                {
                    at += size;
                }
            }
        }

        return (steps, failure);
    }

    private static async Task<ModelFailure?> TryAsync(StoreProbe parent, List<ModelStep> steps)
    {
        await using StoreProbe probe = parent.Sibling();
        await probe.CreateAsync();
        await using var run = new ModelRun(probe);
        for (int i = 0; i < steps.Count; i++)
        {
            try
            {
                await run.DoAsync(steps[i]);
                if (i == steps.Count - 1)
                {
                    await run.CompareAllAsync();
                }
            }
            catch (Exception cause) when (!parent.Token.IsCancellationRequested)
            {
                return new ModelFailure(i, cause);
            }
        }

        return null;
    }
}
