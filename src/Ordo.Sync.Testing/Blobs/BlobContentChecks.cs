using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Testing.Blobs;

/// <summary>What goes in comes back, kept once.</summary>
internal static class BlobContentChecks
{
    public static IEnumerable<BlobStoreCheck> All =>
    [
        new("Content comes back as it went in, also after the store was opened again", RoundTripAsync),
        new("An empty blob is a blob", EmptyAsync),
        new("Equal content is kept once and edited content shares most chunks", OnceAsync),
        new("The same chunk put by many at once is kept and counted once", AtOnceAsync),
        new("A chunk of the longest length is kept, one longer or empty is a mistake", LengthsAsync),
        new("A chunk that nobody put is not held, cannot be read and not opened", AbsentAsync),
        new("A chunk is held with its own length only", OtherLengthAsync),
        new("An opened chunk gives its content from the beginning", OpenedAsync),
        new("A store that is not open or is disposed says so", LifetimeAsync, opens: false),
        new("A cancelled call is cancelled and keeps nothing", CancelledAsync),
    ];

    private static async Task RoundTripAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(300_000);
        BlobManifest manifest = await probe.ImportAsync(content);
        Expect.Equal(BlobId.Of(content), manifest.Id, "The blob's id");
        Expect.Sequence(content, await probe.ReadAsync(manifest), "The content");
        await probe.ReopenAsync();
        BlobManifest? again = await probe.Store.GetManifestAsync(manifest.Id);
        Expect.That(again is not null, "a blob is there after the store was opened again");
        Expect.Sequence(manifest.Chunks, again!.Chunks, "The chunks after that");
        Expect.Sequence(content, await probe.ReadAsync(again), "The content after that");
    }

    private static async Task EmptyAsync(BlobStoreProbe probe)
    {
        BlobManifest manifest = await probe.ImportAsync([]);
        Expect.Equal(0, manifest.Chunks.Length, "The chunks of an empty blob");
        Expect.That(await probe.Store.GetManifestAsync(BlobId.Of([])) is { Length: 0 }, "an empty blob is held");
    }

    private static async Task OnceAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(400_000);
        await probe.ImportAsync(content);
        BlobUsage once = probe.Store.Usage;
        await probe.ImportAsync(content);
        Expect.Equal(once, probe.Store.Usage, "What is held after the same content came again");
        Expect.Equal(content.LongLength, once.ChunkBytes, "The bytes held");
        await probe.ImportAsync([.. content.AsSpan(0, 200_000), 42, .. content.AsSpan(200_000)]);
        long more = probe.Store.Usage.ChunkBytes - once.ChunkBytes;
        Expect.That(more is > 0 and <= 3 * 65_536, $"an edit in the middle adds the chunks around it, not {more} bytes");
    }

    private static async Task AtOnceAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(50_000);
        BlobChunk[] put = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await probe.Store.PutChunkAsync(content)));
        Expect.Equal(1, put.Distinct().Count(), "The chunks that came of equal content");
        Expect.Equal(new BlobUsage(0, 1, 50_000), probe.Store.Usage, "What is held");
    }

    private static async Task LengthsAsync(BlobStoreProbe probe)
    {
        byte[] longest = Sample.Bytes(BlobLimits.ChunkBytesMax);
        BlobChunk chunk = await probe.Store.PutChunkAsync(longest);
        var read = new byte[longest.Length];
        Expect.That(await probe.Store.TryReadChunkAsync(chunk, read) && read.AsSpan().SequenceEqual(longest), "the longest chunk is read");
        await Expect.Throws<ArgumentOutOfRangeException>(
            async () => await probe.Store.PutChunkAsync(new byte[BlobLimits.ChunkBytesMax + 1]), "A chunk that is too long");
        await Expect.Throws<ArgumentOutOfRangeException>(
            async () => await probe.Store.PutChunkAsync(ReadOnlyMemory<byte>.Empty), "A chunk without content");
    }

    private static async Task AbsentAsync(BlobStoreProbe probe)
    {
        var chunk = new BlobChunk(ContentHash.Of(Sample.Bytes(10)), 10);
        Expect.That(!await probe.Store.HasChunkAsync(chunk), "an absent chunk is not held");
        Expect.That(!await probe.Store.TryReadChunkAsync(chunk, new byte[10]), "an absent chunk is not read");
        Expect.That(await probe.Store.OpenChunkAsync(chunk) is null, "an absent chunk is not opened");
        Expect.That(await probe.Store.GetManifestAsync(new BlobId(chunk.Hash)) is null, "an absent blob is not held");
    }

    private static async Task OtherLengthAsync(BlobStoreProbe probe)
    {
        BlobChunk chunk = await probe.Store.PutChunkAsync(Sample.Bytes(1000));
        Expect.That(!await probe.Store.HasChunkAsync(chunk with { Length = 999 }), "a chunk is not held with another length");
        Expect.That(await probe.Store.HasChunkAsync(chunk), "it is with its own");
    }

    private static async Task OpenedAsync(BlobStoreProbe probe)
    {
        byte[] content = Sample.Bytes(300_000);
        BlobChunk chunk = await probe.Store.PutChunkAsync(content);
        await using Stream? stream = await probe.Store.OpenChunkAsync(chunk);
        var read = new MemoryStream();
        await (stream ?? throw new ConformanceException("A chunk that is held cannot be opened.")).CopyToAsync(read);
        Expect.Sequence(content, read.ToArray(), "The content of the stream");
    }

    private static async Task LifetimeAsync(BlobStoreProbe probe)
    {
        await Expect.Throws<InvalidOperationException>(
            async () => await probe.Store.PutChunkAsync(Sample.Bytes(10)), "A store that is not open");
        await probe.Store.OpenAsync();
        await Expect.Throws<InvalidOperationException>(async () => await probe.Store.OpenAsync(), "A store that is opened twice");
        await probe.Store.DisposeAsync();
        await Expect.Throws<ObjectDisposedException>(
            async () => await probe.Store.PutChunkAsync(Sample.Bytes(10)), "A store that is disposed");
        await probe.Store.DisposeAsync();
    }

    private static async Task CancelledAsync(BlobStoreProbe probe)
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Expect.Throws<OperationCanceledException>(
            async () => await probe.Store.PutChunkAsync(Sample.Bytes(10), cancellationToken: cancelled.Token), "A cancelled put");
        await Expect.Throws<OperationCanceledException>(
            async () => await probe.Store.SweepAsync(TimeSpan.Zero, cancelled.Token), "A cancelled sweep");
        Expect.Equal(default, probe.Store.Usage, "What is held");
    }
}
