namespace Ordo.Sync.Crdt.Sequences;

/// <summary>A node of the order tree; it knows its place in its parent, so a change of length climbs without a search.</summary>
internal abstract class RunNode
{
    public const int Capacity = 32;

    public RunBranch? Parent;
    public int Slot;
    public int Count;

    /// <summary>The visible length of each child or run.</summary>
    public readonly int[] Lengths = new int[Capacity];

    public int Sum()
    {
        int sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += Lengths[i];
        }

        return sum;
    }
}
