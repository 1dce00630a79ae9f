using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>A folder for stores, with a clock that stands still.</summary>
public abstract class FileSystemStoreWorld : IDisposable
{
    internal TestFolder Folder { get; } = new();

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static async Task<BlobManifest> ImportAsync(FileSystemBlobStore store, byte[] content) =>
        await new BlobImporter(store).ImportAsync(new MemoryStream(content));

    internal static async Task<byte[]> ReadAsync(FileSystemBlobStore store, BlobManifest manifest)
    {
        var content = new byte[manifest.Length];
        for (int i = 0; i < manifest.Chunks.Length; i++)
        {
            Assert.True(await store.TryReadChunkAsync(manifest.Chunks[i], content.AsMemory((int)manifest.OffsetOf(i))));
        }

        return content;
    }

    internal async Task<FileSystemBlobStore> OpenAsync(Action<FileSystemBlobOptions>? configure = null)
    {
        var options = new FileSystemBlobOptions { Path = Folder.Root };
        configure?.Invoke(options);
        var store = new FileSystemBlobStore(options, Time);
        await store.OpenAsync();
        return store;
    }
}
