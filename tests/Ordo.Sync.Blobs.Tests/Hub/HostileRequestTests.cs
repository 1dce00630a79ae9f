using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>Requests that no device of ours sends: refused, and nothing of them is kept.</summary>
public sealed class HostileRequestTests : EndpointWorld
{
    private const int QuotaBytes = 1024 * 1024;

    [Theory]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("%2e%2e%2f%2e%2e%2fhub.db")]
    [InlineData("")]
    [InlineData("C:\\Windows\\win.ini")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/")]
    public async Task A_name_that_is_no_hash_is_refused(string blob)
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
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
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await UploadAsync(hub.Transport("teacher"));

        using HttpResponseMessage response = await hub.Client("teacher").GetAsync(Address(hub, "chunk", Manifest.Id.ToString(), index));

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, SyncErrorCode.Malformed);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_chunk_of_another_length_is_refused_and_leaves_nothing(int more)
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await hub.Transport("teacher").OfferAsync(new BlobOffer(Scope, Manifest));
        using var body = new ByteArrayContent(new byte[Manifest.Chunks[0].Length + more]);

        using HttpResponseMessage response = await hub.Client("teacher")
            .PutAsync(Address(hub, "chunk", Manifest.Id.ToString(), "0"), body);

        await AssertProblemAsync(response, HttpStatusCode.UnprocessableEntity, SyncErrorCode.BlobDamaged);
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
        Assert.Empty(Directory.GetFiles(Folder.Sub("temp")));
    }

    [Fact]
    public async Task A_body_without_end_is_cut_off()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await hub.Transport("teacher").OfferAsync(new BlobOffer(Scope, Manifest));
        using var endless = new EndlessStream();
        using var body = new StreamContent(endless);
        using var request = new HttpRequestMessage(HttpMethod.Put, Address(hub, "chunk", Manifest.Id.ToString(), "0"))
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
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
    }

    [Fact]
    public async Task Chunks_that_make_up_other_content_than_the_blob_are_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        HttpBlobTransport teacher = hub.Transport("teacher");
        var forged = new BlobManifest(BlobId.Of("something else"u8), Manifest.Chunks);
        await SendAsync(teacher, Scope, forged);

        await RefusedAsync(SyncErrorCode.BlobDamaged, async () => await teacher.OfferAsync(new BlobOffer(Scope, forged)));
        await RefusedAsync(SyncErrorCode.BlobMissing, async () => await teacher.GetManifestAsync(Scope, forged.Id));
    }

    [Fact]
    public async Task A_chunk_that_was_not_offered_is_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);

        await RefusedAsync(
            SyncErrorCode.TransferVoid,
            async () => await hub.Transport("teacher").PutChunkAsync(Scope, Manifest.Id, 0, Chunk(0)));
    }

    [Fact]
    public async Task A_blob_beyond_the_hubs_limits_is_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root, options => options.BlobBytesMax = 1000);

        await RefusedAsync(
            SyncErrorCode.TooLarge,
            async () => await hub.Transport("teacher").OfferAsync(new BlobOffer(Scope, Manifest)));
    }

    [Fact]
    public async Task An_offer_that_is_no_offer_is_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        using var body = new ByteArrayContent(Content.Of(1000));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.ordo-sync");

        using HttpResponseMessage response = await hub.Client("teacher").PostAsync(new Uri($"{hub.Address}/v1/blobs/offer"), body);

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, SyncErrorCode.Malformed);
    }

    [Fact]
    public async Task A_chunk_that_is_compressed_is_refused()
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root);
        await hub.Transport("teacher").OfferAsync(new BlobOffer(Scope, Manifest));
        using var body = new ReadOnlyMemoryContent(Chunk(0));
        body.Headers.ContentEncoding.Add("gzip");

        using HttpResponseMessage response = await hub.Client("teacher")
            .PutAsync(Address(hub, "chunk", Manifest.Id.ToString(), "0"), body);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Empty(TestFolder.ChunkFiles(Folder.Root));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_comes_while_all_places_of_chunks_are_taken_is_told_to_come_again(bool sends)
    {
        await using BlobHub hub = await BlobHub.StartAsync(Folder.Root, options => options.ChunksAtOnceMax = 1);
        HttpBlobTransport teacher = hub.Transport("teacher");
        await UploadAsync(teacher);
        byte[] other = Content.Of(100_000, seed: 7);
        BlobManifest coming = Manifests.Of(other, other.Length);
        await teacher.OfferAsync(new BlobOffer(Scope, coming));
        using var slow = new SlowContent(other);
        Task<HttpResponseMessage> taking = hub.Client("teacher")
            .PutAsync(Address(hub, "chunk", coming.Id.ToString(), "0"), slow);
        await UntilAsync(() => Directory.GetFiles(Folder.Sub("temp")).Length == 1);

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await (sends
            ? teacher.PutChunkAsync(Scope, coming.Id, 0, other)
            : hub.Transport("student").GetChunkAsync(Scope, Manifest.Id, 0, new byte[Manifest.Chunks[0].Length])));

        Assert.Equal(SyncErrorCode.Throttled, refused.Code);
        Assert.NotNull(refused.RetryAfter);
        slow.GoOn();
        using HttpResponseMessage taken = await taking;
        await hub.Transport("student").GetChunkAsync(Scope, Manifest.Id, 0, new byte[Manifest.Chunks[0].Length]);
    }

    [Fact]
    public async Task Chunks_count_against_the_bytes_that_a_caller_may_bring()
    {
        await using BlobHub hub = await BlobHub.StartAsync(
            Folder.Root, time: new FakeTimeProvider(), hub: options => options.Quotas.PrincipalBytesMax = QuotaBytes);
        HttpBlobTransport teacher = hub.Transport("teacher");
        await teacher.OfferAsync(new BlobOffer(Scope, Manifest));
        SyncException? refused = null;
        int taken = 0;
        while (refused is null && taken <= 2 * QuotaBytes / Manifest.Chunks[0].Length)
        {
            refused = await Record.ExceptionAsync(
                async () => await teacher.PutChunkAsync(Scope, Manifest.Id, 0, Chunk(0))) as SyncException;
            taken += refused is null ? 1 : 0;
        }

        Assert.Equal(SyncErrorCode.QuotaExceeded, refused?.Code);
        Assert.NotNull(refused?.RetryAfter);
        Assert.Equal((QuotaBytes + Manifest.Chunks[0].Length - 1) / Manifest.Chunks[0].Length, taken);
    }

    [Fact]
    public async Task Requests_of_blobs_count_like_others()
    {
        await using BlobHub hub = await BlobHub.StartAsync(
            Folder.Root, time: new FakeTimeProvider(), hub: options => options.RequestsPerMinuteMax = 6);
        HttpBlobTransport student = hub.Transport("student");
        SyncException? refused = null;
        for (int i = 0; i < 20 && refused?.Code != SyncErrorCode.Throttled; i++)
        {
            refused = await Record.ExceptionAsync(async () => await student.GetManifestAsync(Scope, Manifest.Id)) as SyncException;
        }

        Assert.Equal(SyncErrorCode.Throttled, refused?.Code);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (int i = 0; i < 6_000 && !holds(); i++)
        {
            await Task.Delay(10);
        }

        Assert.True(holds());
    }
}
