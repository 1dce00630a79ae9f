using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Tests;

public sealed class InMemoryRecordStoreConformanceTests
{
    private static readonly InMemoryStoreFactory Factory = new();

    public static TheoryData<string> Checks => new(RecordStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_memory_store_keeps_the_contract(string check) =>
        RecordStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);
}
