using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.S3.Tests.Server;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.S3.Tests;

/// <summary>Two instances of a hub over one database and one bucket.</summary>
public sealed class SharedHubTests : IAsyncLifetime
{
    private const string Scope = "course/AAA-2013J";

    private readonly S3StoreFactory _factory = new();
    private readonly InMemoryRecordStore _records = new("hub");
    private IBlobStore _firstStore = null!;
    private IBlobStore _secondStore = null!;
    private BlobResponder _first = null!;
    private BlobResponder _second = null!;

    public async ValueTask InitializeAsync()
    {
        await _records.OpenAsync();
        _firstStore = await _factory.CreateAsync();
        _secondStore = await _factory.ReopenAsync(_firstStore);
        await _firstStore.OpenAsync();
        await _secondStore.OpenAsync();
        _first = new BlobResponder(_firstStore, _records, new BlobResponderOptions(), TimeProvider.System);
        _second = new BlobResponder(_secondStore, _records, new BlobResponderOptions(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _first.Dispose();
        _second.Dispose();
        await _firstStore.DisposeAsync();
        await _secondStore.DisposeAsync();
        await _records.DisposeAsync();
    }

    [Fact]
    public async Task An_upload_begun_at_one_instance_goes_on_at_another_and_is_read_at_both()
    {
        byte[] content = NewContent(200_000);
        BlobManifest manifest = ManifestOf(content);
        int[] missing = [.. (await _first.OfferAsync(new BlobOffer(Scope, manifest))).Missing];
        await SendAsync(_first, manifest, content, missing[..3]);

        Assert.Equal(missing[3..], (await _second.OfferAsync(new BlobOffer(Scope, manifest))).Missing);
        await SendAsync(_second, manifest, content, missing[3..]);
        Assert.True((await _second.OfferAsync(new BlobOffer(Scope, manifest))).IsComplete);

        Assert.Equal(content, await ReadAsync(_first, manifest));
        Assert.Equal(content, await ReadAsync(_second, manifest));
    }

    [Fact]
    public async Task A_collection_at_one_instance_leaves_what_is_attached_through_another()
    {
        byte[] content = NewContent(100_000);
        BlobManifest manifest = ManifestOf(content);
        await SendAsync(_first, manifest, content, (await _first.OfferAsync(new BlobOffer(Scope, manifest))).Missing);
        Assert.True((await _first.OfferAsync(new BlobOffer(Scope, manifest))).IsComplete);
        await _factory.AgeAsync(_firstStore, TimeSpan.FromDays(40));

        BlobCollection collected = await _second.Collector.RunAsync(TimeSpan.FromDays(30));

        Assert.Equal((0, 0), (collected.RemovedCount, collected.ChunkCount));
        Assert.Equal(content, await ReadAsync(_second, manifest));
    }

    private static byte[] NewContent(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    private static BlobManifest ManifestOf(byte[] content) => new(
        BlobId.Of(content), [.. content.Chunk(30_000).Select(chunk => new BlobChunk(ContentHash.Of(chunk), chunk.Length))]);

    private static async Task SendAsync(BlobResponder hub, BlobManifest manifest, byte[] content, IEnumerable<int> indexes)
    {
        foreach (int index in indexes)
        {
            await hub.PutChunkAsync(
                Scope,
                manifest.Id,
                index,
                new MemoryStream(content, (int)manifest.OffsetOf(index), manifest.Chunks[index].Length));
        }
    }

    private static async Task<byte[]> ReadAsync(BlobResponder hub, BlobManifest manifest)
    {
        var read = new MemoryStream();
        for (int i = 0; i < manifest.Chunks.Length; i++)
        {
            (Stream content, _) = await hub.OpenChunkAsync(Scope, manifest.Id, i);
            await using (content)
            {
                await content.CopyToAsync(read);
            }
        }

        return read.ToArray();
    }
}
