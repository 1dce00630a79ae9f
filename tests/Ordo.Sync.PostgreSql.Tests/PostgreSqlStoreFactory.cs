using Ordo.Sync.PostgreSql.Tests.Server;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.PostgreSql.Tests;

/// <summary>PostgreSQL stores for the conformance suite, each in a schema of its own.</summary>
internal sealed class PostgreSqlStoreFactory : IRecordStoreFactory
{
    public bool CanReopen => true;

    public ValueTask<IRecordStore> CreateAsync(CancellationToken cancellationToken = default) =>
        new(SharedServer.CreateStore(SharedServer.NewSchema()));

    public ValueTask<IRecordStore> ReopenAsync(IRecordStore disposed, CancellationToken cancellationToken = default) =>
        new(SharedServer.CreateStore(SchemaOf(disposed)));

    public async ValueTask DeleteAsync(IRecordStore disposed) => await SharedServer.DropAsync(SchemaOf(disposed));

    private static string SchemaOf(IRecordStore store) => store.Name[(store.Name.LastIndexOf('/') + 1)..];
}
