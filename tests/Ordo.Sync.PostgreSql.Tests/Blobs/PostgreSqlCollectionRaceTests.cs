using Ordo.Sync.Blobs.Tests.Transfers;
using Ordo.Sync.PostgreSql.Tests.Server;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Tests.Blobs;

/// <summary>The races of collections over records in PostgreSQL, where scopes are written side by side.</summary>
public sealed class PostgreSqlCollectionRaceTests : CollectionRaces
{
    private readonly string _schema = SharedServer.NewSchema();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await SharedServer.DropAsync(_schema);
    }

    internal override IRecordStore CreateRecords() => SharedServer.CreateStore(_schema);
}
