using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Schema;

/// <summary>A declared index and the column it became.</summary>
/// <param name="Definition">The index.</param>
/// <param name="Column">The column: called as the field, with a suffix where that name is taken.</param>
internal sealed record IndexColumn(IndexDefinition Definition, string Column)
{
    /// <summary>The column's name in SQL text.</summary>
    public string Quoted { get; } = Identifier.Quote(Column);

    /// <summary>The column's type in SQL.</summary>
    public string SqlType => Definition.Type switch
    {
        IndexType.Integer => "INTEGER",
        IndexType.Real => "REAL",
        _ => "TEXT",
    };
}
