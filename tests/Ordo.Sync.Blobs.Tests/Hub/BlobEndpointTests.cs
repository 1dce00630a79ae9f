using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Hub;

public sealed class BlobEndpointTests : IDisposable
{
    private const string Scope = "course/a";

    private readonly TestFolder _folder = new();
    private readonly byte[] _content = Content.Of(250_000);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_blob_goes_up_and_comes_down_over_HTTP()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);
        await UploadAsync(hub.Transport("teacher"), Scope, manifest, _content);
        HttpBlobTransport student = hub.Transport("student");

        BlobManifest read = await student.GetManifestAsync(Scope, manifest.Id);
        var content = new byte[read.Length];
        for (int i = 0; i < read.Chunks.Length; i++)
        {
            await student.GetChunkAsync(Scope, read.Id, i, content.AsMemory((int)read.OffsetOf(i), read.Chunks[i].Length));
        }

        Assert.Equal(_content, content);
    }

    [Theory]
    [InlineData("student")]
    [InlineData("other")]
    [InlineData("stranger")]
    public async Task Who_may_not_write_in_the_scope_may_not_upload_there(string user)
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        HttpBlobTransport transport = hub.Transport(user);
        BlobManifest manifest = ManifestOf(_content);

        await RefusedAsync(CodeFor(user), async () => await transport.OfferAsync(new BlobOffer(Scope, manifest)));
        await RefusedAsync(
            CodeFor(user), async () => await transport.PutChunkAsync(Scope, manifest.Id, 0, Chunk(manifest, 0)));
        await RefusedAsync(CodeFor(user), async () => await transport.ListWantedAsync(Scope));
        Assert.Empty(TestFolder.ChunkFiles(_folder.Root));
    }

    [Theory]
    [InlineData("mailbox")]
    [InlineData("other")]
    [InlineData("stranger")]
    public async Task Who_may_not_read_in_the_scope_may_not_download_there(string user)
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);
        await UploadAsync(hub.Transport("teacher"), Scope, manifest, _content);
        HttpBlobTransport transport = hub.Transport(user);

        await RefusedAsync(CodeFor(user), async () => await transport.GetManifestAsync(Scope, manifest.Id));
        await RefusedAsync(
            CodeFor(user), async () => await transport.GetChunkAsync(Scope, manifest.Id, 0, new byte[100_000]));
    }

    // Who has no right at all in a scope is told that, so that its device removes it.
    private static SyncErrorCode CodeFor(string user) =>
        user is "other" or "stranger" ? SyncErrorCode.ScopeRevoked : SyncErrorCode.Forbidden;

    [Fact]
    public async Task To_know_a_hash_is_not_a_right_to_read_it_through_a_scope_of_ones_own()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);
        await UploadAsync(hub.Transport("teacher"), Scope, manifest, _content);
        HttpBlobTransport other = hub.Transport("other");

        await RefusedAsync(SyncErrorCode.BlobMissing, async () => await other.GetManifestAsync("course/b", manifest.Id));
        BlobOfferAnswer answer = await other.OfferAsync(new BlobOffer("course/b", manifest));
        Assert.Equal(manifest.Chunks.Length, answer.Missing.Length);
        await RefusedAsync(
            SyncErrorCode.BlobDamaged,
            async () => await other.PutChunkAsync("course/b", manifest.Id, 0, new byte[manifest.Chunks[0].Length]));
        await RefusedAsync(
            SyncErrorCode.BlobMissing, async () => await other.GetChunkAsync("course/b", manifest.Id, 0, new byte[100_000]));
    }

    [Theory]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("%2e%2e%2f%2e%2e%2fhub.db")]
    [InlineData("")]
    [InlineData("C:\\Windows\\win.ini")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/")]
    public async Task A_name_that_is_no_hash_is_refused(string blob)
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        HttpClient teacher = hub.Client("teacher");

        foreach (string path in (string[])["manifest", "chunk"])
        {
            using HttpResponseMessage response = await teacher.GetAsync(Address(hub, path, blob, "0"));
            await AssertProblemAsync(response, HttpStatusCode.BadRequest, SyncErrorCode.Malformed);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999")]
    [InlineData("3")]
    public async Task A_chunk_that_there_cannot_be_is_refused(string index)
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);
        await UploadAsync(hub.Transport("teacher"), Scope, manifest, _content);

        using HttpResponseMessage response = await hub.Client("teacher").GetAsync(Address(hub, "chunk", manifest.Id.ToString(), index));

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, SyncErrorCode.Malformed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_chunk_of_another_length_is_refused_and_leaves_nothing(int more)
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);
        await hub.Transport("teacher").OfferAsync(new BlobOffer(Scope, manifest));
        using var body = new ByteArrayContent(new byte[manifest.Chunks[0].Length + more]);

        using HttpResponseMessage response = await hub.Client("teacher")
            .PutAsync(Address(hub, "chunk", manifest.Id.ToString(), "0"), body);

        await AssertProblemAsync(response, HttpStatusCode.UnprocessableEntity, SyncErrorCode.BlobDamaged);
        Assert.Empty(TestFolder.ChunkFiles(_folder.Root));
        Assert.Empty(Directory.GetFiles(_folder.Sub("temp")));
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);
        await hub.Transport("teacher").OfferAsync(new BlobOffer(Scope, manifest));
        using var endless = new EndlessStream();
        using var body = new StreamContent(endless);
        using var request = new HttpRequestMessage(HttpMethod.Put, Address(hub, "chunk", manifest.Id.ToString(), "0"))
        {
            Content = body,
        };
        request.Headers.TransferEncodingChunked = true;

        try
        {
            using HttpResponseMessage response = await hub.Client("teacher").SendAsync(request);
            Assert.False(response.IsSuccessStatusCode);
        }
        catch (HttpRequestException)
        {
            // Cut off while it was still being sent.
        }

        Assert.InRange(endless.BytesRead, 1, 64 * 1024 * 1024);
        Assert.Empty(TestFolder.ChunkFiles(_folder.Root));
    }

    [Fact]
    public async Task Chunks_that_make_up_other_content_than_the_blob_are_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        HttpBlobTransport teacher = hub.Transport("teacher");
        var forged = new BlobManifest(BlobId.Of("something else"u8), ManifestOf(_content).Chunks);
        await SendAsync(teacher, Scope, forged, _content);

        await RefusedAsync(SyncErrorCode.BlobDamaged, async () => await teacher.OfferAsync(new BlobOffer(Scope, forged)));
        await RefusedAsync(SyncErrorCode.BlobMissing, async () => await teacher.GetManifestAsync(Scope, forged.Id));
    }

    [Fact]
    public async Task A_chunk_that_was_not_offered_is_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);

        await RefusedAsync(
            SyncErrorCode.TransferVoid,
            async () => await hub.Transport("teacher").PutChunkAsync(Scope, manifest.Id, 0, Chunk(manifest, 0)));
    }

    [Fact]
    public async Task A_blob_beyond_the_hubs_limits_is_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root, options => options.BlobBytesMax = 1000);

        await RefusedAsync(
            SyncErrorCode.TooLarge,
            async () => await hub.Transport("teacher").OfferAsync(new BlobOffer(Scope, ManifestOf(_content))));
    }

    [Fact]
    public async Task An_offer_that_is_no_offer_is_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        using var body = new ByteArrayContent(Content.Of(1000));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.ordo-sync");

        using HttpResponseMessage response = await hub.Client("teacher").PostAsync(new Uri($"{hub.Address}/v1/blobs/offer"), body);

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, SyncErrorCode.Malformed);
    }

    [Fact]
    public async Task Content_that_others_may_not_read_is_kept_by_no_cache()
    {
        await using BlobHub hub = await BlobHub.StartAsync(_folder.Root);
        BlobManifest manifest = ManifestOf(_content);
        await UploadAsync(hub.Transport("teacher"), Scope, manifest, _content);

        using HttpResponseMessage response = await hub.Client("student")
            .GetAsync(Address(hub, "chunk", manifest.Id.ToString(), "0"));

        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(manifest.Chunks[0].Length, response.Content.Headers.ContentLength);
    }

    private static Uri Address(BlobHub hub, string path, string blob, string index) => new(
        $"{hub.Address}/v1/blobs/{path}?scope={Uri.EscapeDataString(Scope)}&blob={Uri.EscapeDataString(blob)}"
        + $"&index={Uri.EscapeDataString(index)}");

    private static BlobManifest ManifestOf(byte[] content)
    {
        var chunks = ImmutableArray.CreateBuilder<BlobChunk>();
        foreach (byte[] chunk in content.Chunk(100_000))
        {
            chunks.Add(new BlobChunk(ContentHash.Of(chunk), chunk.Length));
        }

        return new BlobManifest(BlobId.Of(content), chunks.ToImmutable());
    }

    private ReadOnlyMemory<byte> Chunk(BlobManifest manifest, int index) =>
        _content.AsMemory((int)manifest.OffsetOf(index), manifest.Chunks[index].Length);

    private static async Task SendAsync(HttpBlobTransport transport, string scope, BlobManifest manifest, byte[] content)
    {
        foreach (int index in (await transport.OfferAsync(new BlobOffer(scope, manifest))).Missing)
        {
            await transport.PutChunkAsync(
                scope, manifest.Id, index, content.AsMemory((int)manifest.OffsetOf(index), manifest.Chunks[index].Length));
        }
    }

    private static async Task UploadAsync(HttpBlobTransport transport, string scope, BlobManifest manifest, byte[] content)
    {
        await SendAsync(transport, scope, manifest, content);
        Assert.True((await transport.OfferAsync(new BlobOffer(scope, manifest))).IsComplete);
    }

    private static async Task RefusedAsync(SyncErrorCode code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<SyncException>(call)).Code);

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, SyncErrorCode code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal((int)code, problem.RootElement.GetProperty("ordoCode").GetInt32());
    }
}
