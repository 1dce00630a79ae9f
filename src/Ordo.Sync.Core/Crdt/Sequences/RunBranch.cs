namespace Ordo.Sync.Crdt.Sequences;

/// <summary>An inner node of the order tree.</summary>
internal sealed class RunBranch : RunNode
{
    public readonly RunNode?[] Children = new RunNode?[Capacity];
}
