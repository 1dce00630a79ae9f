namespace Ordo.Sync.Testing.Stores.Model;

/// <summary>
/// A random step: what to do and three numbers to do it with. The numbers mean the same whichever steps went before, so
/// that any part of a list of steps can be left out.
/// </summary>
internal readonly record struct ModelStep(ModelStepKind Kind, int Scope, int Key, int Seed)
{
    private const int ScopeCount = 3;
    private const int KeyCount = 14;

    // Writes often, structural changes seldom.
    private static readonly (ModelStepKind Kind, int Weight)[] Weights =
    [
        (ModelStepKind.Put, 28), (ModelStepKind.TryAdd, 8), (ModelStepKind.Remove, 5), (ModelStepKind.SetScope, 6),
        (ModelStepKind.DropScope, 1), (ModelStepKind.AppendJournal, 8), (ModelStepKind.PruneJournal, 3),
        (ModelStepKind.SetLocal, 5), (ModelStepKind.RemoveLocal, 2), (ModelStepKind.Intern, 2),
        (ModelStepKind.AdvanceClock, 2), (ModelStepKind.Rotate, 1), (ModelStepKind.Commit, 9),
        (ModelStepKind.Rollback, 3),
        (ModelStepKind.Define, 3), (ModelStepKind.Reopen, 1), (ModelStepKind.HoldSnapshot, 2),
        (ModelStepKind.CompareSnapshot, 3), (ModelStepKind.CompareAll, 3), (ModelStepKind.CompareChanges, 6),
        (ModelStepKind.CompareRange, 4), (ModelStepKind.CompareQuery, 10), (ModelStepKind.CompareJournal, 2),
        (ModelStepKind.CompareLocals, 2),
    ];

    public override string ToString() => $"{Kind} scope {Scope} key {Key} seed {Seed}";

    public static List<ModelStep> Draw(Random random, int count)
    {
        var steps = new List<ModelStep>(count);
        while (steps.Count < count)
        {
            steps.Add(
                new ModelStep(DrawKind(random), random.Next(ScopeCount), random.Next(KeyCount), random.Next(100_000)));
        }

        return steps;
    }

    private static ModelStepKind DrawKind(Random random)
    {
        int at = random.Next(Weights.Sum(entry => entry.Weight));
        foreach ((ModelStepKind kind, int weight) in Weights)
        {
            if ((at -= weight) < 0)
            {
                return kind;
            }
        }

        throw new InvalidOperationException("The weights do not add up.");
    }
}
