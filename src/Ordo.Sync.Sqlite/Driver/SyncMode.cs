namespace Ordo.Sync.Sqlite.Driver;

/// <summary>SQLite's <c>synchronous</c> levels that a write-ahead log makes sense with.</summary>
internal enum SyncMode
{
    /// <summary>Only checkpoints wait for the disk.</summary>
    Normal = 1,

    /// <summary>Every commit waits for the disk.</summary>
    Full = 2,
}
