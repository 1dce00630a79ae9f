using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>The races of collections over records in SQLite.</summary>
public sealed class SqliteCollectionRaceTests : CollectionRaces
{
    internal override IRecordStore CreateRecords() =>
        new SqliteRecordStore(new SqliteStoreOptions { Path = Folder.Sub("hub.db") });
}
