using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Crash.Tests.Blobs;

/// <summary>
/// What is done to a store of blobs, with what it has promised meanwhile: a blob imported, one that shares chunks with it, a chunk that rots
/// and is healed, a blob removed, a process that dies over chunks without a blob and another that makes one of them, two imports
/// at once.
/// </summary>
internal sealed class BlobWorkload(string folder, int seed)
{
    private static readonly ChunkingOptions Chunks = new() { BytesMin = 1024, BytesMean = 4096, BytesMax = 16_384 };

    private readonly TracedDisk _disk = new();
    private readonly List<Promise> _promises = [];
    private readonly List<BlobId> _removed = [];
    private (int After, string File) _rot;

    public IReadOnlyList<BlobEffect> Effects => _disk.Effects;

    /// <summary>The file that rots, and after how many effects.</summary>
    public (int After, string File) Rot => _rot;

    /// <summary>The blobs that were removed: a power failure may bring such a one back without its chunks.</summary>
    public IReadOnlyList<BlobId> Removed => _removed;

    /// <summary>The blobs that the store has said it holds, when so much was done.</summary>
    public IEnumerable<BlobId> HeldAfter(int effects) =>
        _promises.Where(one => one.From <= effects && effects < one.To).Select(static one => one.Blob);

    public async Task RunAsync()
    {
        byte[] first = Content(60_000, 1);
        byte[] second = [.. first.AsSpan(0, 30_000), .. Content(500, 2), .. first.AsSpan(30_000)];
        byte[] third = Content(40_000, 3);
        await using (FileSystemBlobStore store = await OpenAsync())
        {
            BlobManifest whole = await ImportAsync(store, first);
            await ImportAsync(store, second);
            await HealAsync(store, whole, first);
            Break(whole.Id);
            _removed.Add(whole.Id);
            await store.RemoveManifestAsync(whole.Id, removesChunks: true);
            BlobManifest cut = await CutAsync(third);
            for (int i = 0; i < cut.Chunks.Length / 2; i++)
            {
                await store.PutChunkAsync(third.AsMemory((int)cut.OffsetOf(i), cut.Chunks[i].Length), cut.Chunks[i]);
            }
        }

        await using FileSystemBlobStore again = await OpenAsync();
        await ImportAsync(again, third);
        await Task.WhenAll(ImportAsync(again, Content(40_000, 4)), ImportAsync(again, Content(40_000, 5)));
    }

    private async Task HealAsync(FileSystemBlobStore store, BlobManifest manifest, byte[] content)
    {
        BlobChunk chunk = manifest.Chunks[0];
        string name = chunk.Hash.ToString();
        string file = Path.Combine(folder, "chunks", name[..1], name[1..]);
        foreach (BlobId blob in (BlobId[])[.. HeldAfter(_disk.Count)])
        {
            Break(blob);
        }

        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        _rot = (_disk.Count, file);
        Assert.False(await store.TryReadChunkAsync(chunk, new byte[chunk.Length]));
        await store.PutChunkAsync(content.AsMemory(0, chunk.Length), chunk);
        await foreach (BlobId blob in store.ListAsync())
        {
            _promises.Add(new Promise(blob, _disk.Count));
        }
    }

    private async Task<BlobManifest> ImportAsync(FileSystemBlobStore store, byte[] content)
    {
        BlobManifest manifest = await new BlobImporter(store, Chunks).ImportAsync(new MemoryStream(content));
        lock (_promises)
        {
            _promises.Add(new Promise(manifest.Id, _disk.Count));
        }

        return manifest;
    }

    private void Break(BlobId blob)
    {
        foreach (Promise promise in _promises.Where(one => one.Blob == blob && one.To == int.MaxValue))
        {
            promise.To = _disk.Count;
        }
    }

    private static async Task<BlobManifest> CutAsync(byte[] content)
    {
        DirectoryInfo elsewhere = Directory.CreateTempSubdirectory("ordo-crash-");
        try
        {
            await using var store = new FileSystemBlobStore(new FileSystemBlobOptions { Path = elsewhere.FullName, FreeBytesMin = 0 }, TimeProvider.System, new HastyDisk());
            await store.OpenAsync();
            return await new BlobImporter(store, Chunks).ImportAsync(new MemoryStream(content));
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    private byte[] Content(int length, int number)
    {
        var bytes = new byte[length];
        new Random((seed * 100) + number).NextBytes(bytes);
        return bytes;
    }

    private async Task<FileSystemBlobStore> OpenAsync()
    {
        var store = new FileSystemBlobStore(new FileSystemBlobOptions { Path = folder, FreeBytesMin = 0 }, TimeProvider.System, _disk);
        await store.OpenAsync();
        return store;
    }

    private sealed class Promise(BlobId blob, int from)
    {
        public BlobId Blob => blob;

        public int From => from;

        public int To { get; set; } = int.MaxValue;
    }
}
