using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>What a hub does over HTTP, and for whom.</summary>
public sealed class BlobEndpointTests : EndpointWorld
{
    [Fact]
    public async Task A_blob_goes_up_and_comes_down_over_HTTP()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await UploadAsync(hub.Transport("teacher"));
        HttpBlobTransport student = hub.Transport("student");

        BlobManifest read = await student.GetManifestAsync(Scope, Manifest.Id);
        var content = new byte[read.Length];
        for (int i = 0; i < read.Chunks.Length; i++)
        {
            await student.GetChunkAsync(Scope, read.Id, i, content.AsMemory((int)read.OffsetOf(i), read.Chunks[i].Length));
        }

        Assert.Equal(Bytes, content);
    }

    [Theory]
    [InlineData("student")]
    [InlineData("other")]
    [InlineData("stranger")]
    public async Task Who_may_not_write_in_the_scope_may_not_upload_there(string user)
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        HttpBlobTransport transport = hub.Transport(user);

        await RefusedAsync(CodeFor(user), async () => await transport.OfferAsync(new BlobOffer(Scope, Manifest)));
        await RefusedAsync(
            CodeFor(user), async () => await transport.PutChunkAsync(Scope, Manifest.Id, 0, Chunk(0)));
        await RefusedAsync(CodeFor(user), async () => await transport.ListWantedAsync(Scope));
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
    }

    [Theory]
    [InlineData("mailbox")]
    [InlineData("other")]
    [InlineData("stranger")]
    public async Task Who_may_not_read_in_the_scope_may_not_download_there(string user)
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await UploadAsync(hub.Transport("teacher"));
        HttpBlobTransport transport = hub.Transport(user);

        await RefusedAsync(CodeFor(user), async () => await transport.GetManifestAsync(Scope, Manifest.Id));
        await RefusedAsync(
            CodeFor(user), async () => await transport.GetChunkAsync(Scope, Manifest.Id, 0, new byte[100_000]));
    }

    [Fact]
    public async Task To_know_a_hash_is_not_a_right_to_read_it_through_a_scope_of_ones_own()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await UploadAsync(hub.Transport("teacher"));
        HttpBlobTransport other = hub.Transport("other");

        await RefusedAsync(SyncErrorCode.BlobMissing, async () => await other.GetManifestAsync("course/b", Manifest.Id));
        BlobOfferAnswer answer = await other.OfferAsync(new BlobOffer("course/b", Manifest));
        Assert.Equal(Manifest.Chunks.Length, answer.Missing.Length);
        await RefusedAsync(
            SyncErrorCode.BlobDamaged,
            async () => await other.PutChunkAsync("course/b", Manifest.Id, 0, new byte[Manifest.Chunks[0].Length]));
        await RefusedAsync(
            SyncErrorCode.BlobMissing, async () => await other.GetChunkAsync("course/b", Manifest.Id, 0, new byte[100_000]));
    }

    [Fact]
    public async Task Content_that_others_may_not_read_is_kept_by_no_cache()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await UploadAsync(hub.Transport("teacher"));

        using HttpResponseMessage response = await hub.Client("student")
            .GetAsync(Address(hub, "chunk", Manifest.Id.ToString(), "0"));

        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Manifest.Chunks[0].Length, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task What_nothing_refers_to_goes_by_itself_a_grace_period_later()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root, time: time);
        await UploadAsync(hub.Transport("teacher"));
        time.Advance(TimeSpan.FromDays(29));
        await Task.Delay(100);
        Assert.NotEmpty(TestFolder.ChunkFiles(Folder.Root));

        for (int i = 0; i < 12_000 && TestFolder.ChunkFiles(Folder.Root).Length > 0; i++)
        {
            time.Advance(TimeSpan.FromDays(10));
            await Task.Delay(10);
        }

        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
        await RefusedAsync(
            SyncErrorCode.BlobMissing, async () => await hub.Transport("student").GetManifestAsync(Scope, Manifest.Id));
    }

    // Who has no right at all in a scope is told that, so that its device removes it.
    private static SyncErrorCode CodeFor(string user) =>
        user is "other" or "stranger" ? SyncErrorCode.ScopeRevoked : SyncErrorCode.Forbidden;
}
