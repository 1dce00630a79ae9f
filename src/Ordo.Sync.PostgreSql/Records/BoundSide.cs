namespace Ordo.Sync.PostgreSql.Records;

/// <summary>Which values of an index lie on one side of a bound.</summary>
internal enum BoundSide
{
    /// <summary>Every one.</summary>
    All,

    /// <summary>Not one.</summary>
    None,

    /// <summary>Those that compare so with the bound's key.</summary>
    Compared,
}
