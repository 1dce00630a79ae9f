using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.PostgreSql.Tests;

public sealed class PostgreSqlRecordStoreConformanceTests
{
    private static readonly PostgreSqlStoreFactory Factory = new();

    public static TheoryData<string> Checks => new(RecordStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_PostgreSQL_store_keeps_the_contract(string check) =>
        RecordStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);
}
