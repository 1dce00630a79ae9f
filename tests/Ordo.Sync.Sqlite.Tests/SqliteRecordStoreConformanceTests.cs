using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Sqlite.Tests;

public sealed class SqliteRecordStoreConformanceTests
{
    private static readonly SqliteStoreFactory Factory = new();

    private static readonly SqliteStoreFactory Encrypted =
        new(new SqliteEncryptionKeys(new SqliteEncryptionKey("conformance", new byte[SqliteEncryptionKey.SizeBytes])));

    public static TheoryData<string> Checks => new(RecordStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_SQLite_store_keeps_the_contract(string check) =>
        RecordStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);

    // What an encrypted store cannot do it must refuse in these words; any other failure is one.
    [Theory]
    [MemberData(nameof(Checks))]
    public async Task An_encrypted_SQLite_store_keeps_the_contract_or_refuses_an_order(string check)
    {
        Exception? failure = await Record.ExceptionAsync(
            () => RecordStoreConformance.Find(check).RunAsync(Encrypted, TestContext.Current.CancellationToken));
        for (; failure is not null and not NotSupportedException; failure = failure.InnerException)
        {
            Assert.NotNull(failure.InnerException);
        }

        Assert.True(failure is null || failure.Message.Contains("equality only", StringComparison.Ordinal), failure?.ToString());
    }
}
