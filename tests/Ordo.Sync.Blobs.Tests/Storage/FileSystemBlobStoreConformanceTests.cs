using Ordo.Sync.Testing.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

public sealed class FileSystemBlobStoreConformanceTests
{
    private static readonly FileSystemStoreFactory Factory = new();

    public static TheoryData<string> Checks => new(BlobStoreConformance.NamesFor(Factory));

    [Theory]
    [MemberData(nameof(Checks))]
    public Task The_file_system_store_keeps_the_contract(string check) =>
        BlobStoreConformance.Find(check).RunAsync(Factory, TestContext.Current.CancellationToken);
}
