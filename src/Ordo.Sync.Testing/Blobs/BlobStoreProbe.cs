using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Testing.Blobs;

/// <summary>A store under examination, and what checks do with it again and again.</summary>
internal sealed class BlobStoreProbe(IBlobStoreFactory factory, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly List<IBlobStore> _made = [];

    public IBlobStoreFactory Factory => factory;

    public IBlobStore Store { get; private set; } = null!;

    public async ValueTask CreateAsync(bool opens)
    {
        Store = await factory.CreateAsync(cancellationToken);
        _made.Add(Store);
        if (opens)
        {
            await Store.OpenAsync(cancellationToken);
        }
    }

    /// <summary>Closes the store and opens another on its medium.</summary>
    public async ValueTask ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await BesideAsync();
    }

    /// <summary>Opens a store beside this one.</summary>
    public async ValueTask<IBlobStore> BesideAsync()
    {
        IBlobStore other = await factory.ReopenAsync(Store, cancellationToken);
        _made.Add(other);
        await other.OpenAsync(cancellationToken);
        return other;
    }

    public ValueTask AgeAsync(int days) => factory.AgeAsync(Store, TimeSpan.FromDays(days));

    public ValueTask DamageAsync(BlobChunk chunk) => factory.DamageAsync(Store, chunk.Hash);

    public async Task<BlobManifest> ImportAsync(byte[] content) =>
        await new BlobImporter(Store, Chunking).ImportAsync(new MemoryStream(content), cancellationToken: cancellationToken);

    public async Task<byte[]> ReadAsync(BlobManifest manifest, IBlobStore? store = null)
    {
        var content = new byte[manifest.Length];
        for (int i = 0; i < manifest.Chunks.Length; i++)
        {
            Memory<byte> place = content.AsMemory((int)manifest.OffsetOf(i));
            Expect.That(
                await (store ?? Store).TryReadChunkAsync(manifest.Chunks[i], place, cancellationToken: cancellationToken),
                $"chunk {i} of a blob held in full is there");
        }

        return content;
    }

    public async Task<List<BlobId>> ListAsync()
    {
        var found = new List<BlobId>();
        await foreach (BlobId blob in Store.ListAsync(cancellationToken))
        {
            found.Add(blob);
        }

        return found;
    }

    /// <summary>Small chunks, so that little content has several.</summary>
    public static ChunkingOptions Chunking { get; } = new() { BytesMin = 4096, BytesMean = 16_384, BytesMax = 65_536 };

    public static async Task FailsAsync(SyncErrorCode code, Func<Task> action, string what)
    {
        try
        {
            await action();
        }
        catch (SyncException exception)
        {
            Expect.Equal(code, exception.Code, what);
            return;
        }

        throw new ConformanceException($"{what}: expected a SyncException with {code}, but nothing was thrown.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IBlobStore store in _made)
        {
            await store.DisposeAsync();
        }

        foreach (IBlobStore store in _made)
        {
            await factory.DeleteAsync(store);
        }
    }
}
