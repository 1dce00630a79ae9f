namespace Ordo.Sync.Crdt.Sequences;

/// <summary>The columns of a sequence being encoded: like stands beside like, which compresses.</summary>
internal sealed class SequenceColumns
{
    public ColumnWriter Heads { get; } = new();

    public ColumnWriter Lengths { get; } = new();

    public ColumnWriter Replicas { get; } = new();

    public ColumnWriter Counters { get; } = new();

    public ColumnWriter Parents { get; } = new();

    public ColumnWriter Events { get; } = new();

    public void WriteTo(ColumnWriter target)
    {
        target.Column(Heads);
        target.Column(Lengths);
        target.Column(Replicas);
        target.Column(Counters);
        target.Column(Parents);
        target.Column(Events);
    }
}
