using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite;

/// <content>How a store gives memory back, and what room it takes.</content>
public sealed partial class SqliteRecordStore : IMemoryTrimmable, IMeasurableStore
{
    /// <inheritdoc/>
    /// <remarks>Closes idle readers and empties the writer's page cache; pages that a transaction has changed stay.</remarks>
    public void TrimMemory()
    {
        if (_disposed != 0 || _committed is null)
        {
            return;
        }

        _readers!.CloseIdle();
        if (_writer is { } writer)
        {
            using Lock.Scope held = writer.Gate.EnterScope();
            Shrink(writer);
        }
    }

    /// <inheritdoc/>
    public StoreSize MeasureSize() => StoreSize.Of(
        Path.GetDirectoryName(Name)!, [new FileInfo(Name), new FileInfo(Name + "-wal"), new FileInfo(Name + "-shm")]);

    private static void Shrink(Connection connection)
    {
        if (!connection.IsClosed)
        {
            connection.Execute("PRAGMA shrink_memory");
        }
    }
}
