using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Blobs;

namespace Ordo.Sync.Blobs.Tests.Storage;

/// <summary>Stores in folders of their own, each with a clock of its own.</summary>
internal sealed class FileSystemStoreFactory : IBlobStoreFactory
{
    private readonly ConcurrentDictionary<string, FakeTimeProvider> _clocks = new();

    public bool CanShare => false;

    public ValueTask<IBlobStore> CreateAsync(CancellationToken cancellationToken = default)
    {
        string folder = Directory.CreateTempSubdirectory("ordo-blob-store-").FullName;
        _clocks[folder] = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        return new(Open(folder));
    }

    public ValueTask<IBlobStore> ReopenAsync(IBlobStore other, CancellationToken cancellationToken = default) => new(Open(other.Name));

    public ValueTask DamageAsync(IBlobStore store, ContentHash chunk)
    {
        TestFolder.FlipBit(TestFolder.FileOf(store.Name, "chunks", chunk));
        return default;
    }

    public ValueTask AgeAsync(IBlobStore store, TimeSpan by)
    {
        _clocks[store.Name].Advance(by);
        return default;
    }

    public ValueTask DeleteAsync(IBlobStore disposed)
    {
        if (Directory.Exists(disposed.Name))
        {
            Directory.Delete(disposed.Name, recursive: true);
        }

        return default;
    }

    private FileSystemBlobStore Open(string folder) =>
        new(new FileSystemBlobOptions { Path = folder, FreeBytesMin = 0 }, _clocks[folder]);
}
