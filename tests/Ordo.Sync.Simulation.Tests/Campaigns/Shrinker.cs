using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>Takes out of a plan that breaks a promise every step that the same failure does not need: many at once first, one by one in the end.</summary>
/// <param name="violationOf">Runs a plan. Returns what it breaks, or null.</param>
internal sealed class Shrinker(Func<Plan, string?> violationOf)
{
    private const int LettersMax = 48;

    /// <summary>The shortest plan found that breaks the same promise.</summary>
    public Plan Shrink(Plan failing, string violation)
    {
        string promise = PromiseOf(violation);
        for (int size = Math.Max(1, failing.Steps.Count / 2); size > 0;)
        {
            bool isShorter = false;
            for (int at = failing.Steps.Count - size; at >= 0; at -= size)
            {
                Plan candidate = failing with { Steps = [.. failing.Steps.Take(at), .. failing.Steps.Skip(at + size)] };
                if (violationOf(candidate) is { } other && PromiseOf(other) == promise)
                {
                    failing = candidate;
                    isShorter = true;
                }
            }

            size = isShorter && size == 1 ? 1 : Math.Min(size / 2, failing.Steps.Count);
        }

        return failing;
    }

    // Nodes, stamps and versions differ in a shorter plan; the words are of the promise. Another promise broken is another failure.
    internal static string PromiseOf(string violation) =>
        new([.. violation.TakeWhile(letter => letter is not ('{' or '\r' or '\n')).Where(char.IsAsciiLetter).Take(LettersMax)]);
}
