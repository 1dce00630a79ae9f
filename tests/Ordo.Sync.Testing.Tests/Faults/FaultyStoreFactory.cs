using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Tests.Faults;

internal sealed class FaultyStoreFactory(StoreFault fault) : IRecordStoreFactory
{
    public bool CanReopen => false;

    public ValueTask<IRecordStore> CreateAsync(CancellationToken cancellationToken = default) =>
        new(new FaultyStore(fault));

    public ValueTask<IRecordStore> ReopenAsync(IRecordStore disposed, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("A faulty store keeps nothing.");

    public ValueTask DeleteAsync(IRecordStore disposed) => default;
}
