using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A hub in this process: records in memory unless a test brings others, blobs in a folder.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private readonly FileSystemBlobStore _blobs;

    private TestHub(IRecordStore records, ReplicaResponder responder, FileSystemBlobStore blobs, BlobResponder answers)
    {
        Records = records;
        Responder = responder;
        _blobs = blobs;
        Blobs = answers;
    }

    public IRecordStore Records { get; }

    public ReplicaResponder Responder { get; }

    public BlobResponder Blobs { get; }

    public IBlobStore Store => _blobs;

    public BlobUsage Usage => _blobs.Usage;

    public static async Task<TestHub> StartAsync(
        string folder, TimeProvider time, BlobResponderOptions? options = null, IRecordStore? records = null)
    {
        records ??= new InMemoryRecordStore("hub");
        await records.OpenAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(records);
        var blobs = new FileSystemBlobStore(new FileSystemBlobOptions { Path = folder }, time);
        await blobs.OpenAsync();
        return new TestHub(
            records,
            new ReplicaResponder(records, catalog, new ResponderOptions(), time),
            blobs,
            new BlobResponder(blobs, records, options ?? new BlobResponderOptions(), time));
    }

    public ISyncTransport Connect() => new InProcessTransport(Responder);

    public ValueTask<BlobManifest?> HeldAsync(BlobId blob) => _blobs.GetManifestAsync(blob);

    public async ValueTask DisposeAsync()
    {
        Blobs.Dispose();
        await _blobs.DisposeAsync();
        await Records.DisposeAsync();
    }
}
