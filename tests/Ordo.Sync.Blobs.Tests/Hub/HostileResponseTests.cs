using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>Answers that no hub of ours gives: refused by a device, and read no further than what was asked for.</summary>
public sealed class HostileResponseTests
{
    private const string ChunkType = "application/octet-stream";
    private const string MessageType = "application/vnd.ordo-sync";
    private const int ChunkBytes = 100_000;

    // What may be in buffers of both ends and the kernel when the device hangs up.
    private const long ReadAheadMax = 32L * 1024 * 1024;

    private static readonly BlobId Blob = BlobId.Of("x"u8);

    [Theory]
    [InlineData(ChunkBytes - 1)]
    [InlineData(ChunkBytes + 1)]
    public async Task A_chunk_announced_with_another_length_is_refused(int length)
    {
        await using StubHub hub = await StubHub.StartAsync(async context =>
        {
            context.Response.ContentType = ChunkType;
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(new byte[length]);
        });

        await RefusedAsync(SyncErrorCode.Malformed, hub);
    }

    [Fact]
    public async Task A_chunk_that_ends_too_early_counts_as_cut_off()
    {
        await using StubHub hub = await StubHub.StartAsync(async context =>
        {
            context.Response.ContentType = ChunkType;
            await context.Response.Body.WriteAsync(new byte[ChunkBytes / 2]);
        });

        await RefusedAsync(SyncErrorCode.Unreachable, hub);
    }

    [Fact]
    public async Task A_page_of_a_portal_is_not_taken_for_a_chunk()
    {
        await using StubHub hub = await StubHub.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.Body.WriteAsync(new byte[ChunkBytes]);
        });

        await RefusedAsync(SyncErrorCode.Malformed, hub);
    }

    [Fact]
    public async Task Of_a_chunk_without_end_no_more_is_read_than_was_asked_for()
    {
        using var endless = new EndlessServer(ChunkType);

        await endless.Transport.GetChunkAsync("course/a", Blob, 0, new byte[ChunkBytes]);

        Assert.InRange(await endless.SentAsync(), ChunkBytes, ReadAheadMax);
    }

    [Fact]
    public async Task A_manifest_without_end_is_cut_off_and_refused()
    {
        using var endless = new EndlessServer(MessageType);

        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await endless.Transport.GetManifestAsync("course/a", Blob));

        Assert.False(refused.IsTransient);
        Assert.InRange(await endless.SentAsync(), 1, 4 * ReadAheadMax);
    }

    private static async Task RefusedAsync(SyncErrorCode code, StubHub hub)
    {
        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport.GetChunkAsync("course/a", Blob, 0, new byte[ChunkBytes]));
        Assert.Equal(code, refused.Code);
    }
}
