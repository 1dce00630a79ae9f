namespace Ordo.Sync.Crdt.Sequences;

/// <summary>The events that removed the elements of a run: of one replica, the counters a constant step apart.</summary>
/// <param name="Replica">The remover's index in the sequence's table.</param>
/// <param name="Counter">The counter of the event that removed the first element.</param>
/// <param name="Step">0: one event removed all; 1: one by one forwards; −1: one by one backwards.</param>
internal readonly record struct RemovalStamp(int Replica, long Counter, int Step)
{
    /// <summary>The stamp of the elements from <paramref name="offset"/> on.</summary>
    public RemovalStamp Skip(int offset) => this with { Counter = Counter + ((long)Step * offset) };
}
