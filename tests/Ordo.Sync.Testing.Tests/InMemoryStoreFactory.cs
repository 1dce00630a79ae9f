using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Tests;

/// <summary>A memory store keeps nothing; what it had committed lives on in a clone, as after a restart.</summary>
internal sealed class InMemoryStoreFactory : IRecordStoreFactory
{
    public bool CanReopen => true;

    public ValueTask<IRecordStore> CreateAsync(CancellationToken cancellationToken = default) =>
        new(new InMemoryRecordStore());

    public ValueTask<IRecordStore> ReopenAsync(IRecordStore disposed, CancellationToken cancellationToken = default) =>
        new(((InMemoryRecordStore)disposed).Clone());

    public ValueTask DeleteAsync(IRecordStore disposed) => default;
}
