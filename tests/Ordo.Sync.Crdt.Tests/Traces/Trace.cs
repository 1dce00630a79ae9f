namespace Ordo.Sync.Crdt.Tests.Traces;

/// <summary>A recorded or generated editing history; positions count Unicode characters.</summary>
/// <param name="Transactions">The edits, causes before effects.</param>
/// <param name="End">The text that comes out; null where the generator does not know it.</param>
/// <param name="Agents">How many people write.</param>
public sealed record Trace(IReadOnlyList<Transaction> Transactions, string? End, int Agents);
