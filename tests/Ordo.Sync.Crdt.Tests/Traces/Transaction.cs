namespace Ordo.Sync.Crdt.Tests.Traces;

/// <summary>Edits that one person made at once.</summary>
/// <param name="Parents">The transactions whose effects were seen: none for the first.</param>
/// <param name="Agent">Who wrote.</param>
/// <param name="Patches">The edits, each on the text that the one before left.</param>
public sealed record Transaction(
    IReadOnlyList<int> Parents, int Agent, IReadOnlyList<(int Position, int Deleted, string Inserted)> Patches);
