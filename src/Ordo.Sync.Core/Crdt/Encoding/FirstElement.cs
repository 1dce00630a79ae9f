namespace Ordo.Sync.Crdt.Encoding;

/// <summary>The one element of a value that was empty before.</summary>
/// <param name="At">The field it stands in.</param>
/// <param name="Counter">The counter of its dot.</param>
/// <param name="Value">A counter's total, a register's value, a set's element; of a flag nothing.</param>
internal readonly record struct FirstElement(MapKey At, long Counter, Scalar Value);
