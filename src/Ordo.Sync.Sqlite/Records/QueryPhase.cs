namespace Ordo.Sync.Sqlite.Records;

/// <summary>A part of a query that one range of an index answers, in the query's order.</summary>
/// <param name="Condition">SQL that the rows of this part fulfil; empty where they all do.</param>
/// <param name="ByKeyOnly">Whether the field that the query orders by is the same in all rows of this part.</param>
/// <param name="Values">The values of the condition's parameters, in their order.</param>
internal sealed record QueryPhase(string Condition, bool ByKeyOnly, IReadOnlyList<object> Values);
