namespace Ordo.Sync.PostgreSql.Locals;

/// <summary>How a local entry is to be written.</summary>
internal enum LocalChange
{
    /// <summary>It goes.</summary>
    Remove,

    /// <summary>It is written, whatever was there.</summary>
    Put,

    /// <summary>It is written where none was there, as its writer has read.</summary>
    Add,

    /// <summary>It is written over what its writer has read.</summary>
    Replace,
}
