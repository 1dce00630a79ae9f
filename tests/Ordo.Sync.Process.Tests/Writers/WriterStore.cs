namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>Where a device keeps its marks.</summary>
internal enum WriterStore
{
    /// <summary>In the SQLite store.</summary>
    Sqlite,

    /// <summary>In a FASTER store beside the SQLite store.</summary>
    Faster,

    /// <summary>In the SQLite store of a device that has no ephemeral store, though the collection is an ephemeral one.</summary>
    LaneInSqlite,
}
