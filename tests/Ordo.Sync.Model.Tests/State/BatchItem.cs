using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>
/// One record in a batch: all dots of V(o); the values of those dots the receiver asked for, null for the others; and
/// the sender's exceptions that cover the record.
/// </summary>
internal sealed class BatchItem(int key, Dot[] dots, Version?[] values, Vector? exception)
{
    public int Key { get; } = key;

    public Dot[] Dots { get; } = dots;

    public Version?[] Values { get; } = values;

    public Vector? Exception { get; } = exception;

    public bool Contains(Dot dot) => Array.IndexOf(Dots, dot) >= 0;
}
