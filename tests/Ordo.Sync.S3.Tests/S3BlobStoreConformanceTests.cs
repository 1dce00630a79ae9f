using Ordo.Sync.S3.Tests.Server;
using Ordo.Sync.Testing.Blobs;

namespace Ordo.Sync.S3.Tests;

public sealed class S3BlobStoreConformanceTests
{
    private static readonly S3StoreFactory Factory = new();

    public static TheoryData<string> Checks => new(BlobStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_S3_store_keeps_the_contract(string check) =>
        BlobStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);
}
