using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class SqliteRecordStoreConformanceTests
{
    private static readonly SqliteStoreFactory Factory = new();

    public static TheoryData<string> Checks => new(RecordStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_SQLite_store_keeps_the_contract(string check) =>
        RecordStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);
}
