using Ordo.Sync.S3.Tests.Server;
using Ordo.Sync.Testing.Blobs;

namespace Ordo.Sync.S3.Tests;

/// <summary>The contract of blob stores, against the tests' own server or the service that <c>ORDO_TEST_S3</c> names.</summary>
public sealed class S3BlobStoreConformanceTests
{
    private static readonly IBlobStoreFactory Factory =
        ServiceStoreFactory.FromEnvironment() ?? (IBlobStoreFactory)new S3StoreFactory();

    public static TheoryData<string> Checks => new(BlobStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_S3_store_keeps_the_contract(string check) =>
        BlobStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);
}
