namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>One step. Its number seeds what it leaves to chance, so that it does the same when others are taken out.</summary>
/// <param name="Number">Its place in the plan as generated.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Node">To whom: an index, taken modulo what there is.</param>
/// <param name="Amount">How much, for steps that have an amount.</param>
internal readonly record struct Step(int Number, StepKind Kind, int Node, int Amount)
{
    public override string ToString() => $"{Number,3} {Kind} {Node} {Amount}";
}
