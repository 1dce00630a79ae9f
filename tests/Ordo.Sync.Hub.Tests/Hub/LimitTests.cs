using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Hub.Tests.Hub;

[Collection(nameof(MeasuresMemory))]
public sealed class LimitTests
{
    private const int RequestBytesMax = 256 * 1024;

    [Fact]
    public async Task A_request_that_declares_too_many_bytes_is_refused()
    {
        await using HubHost hub = await StartAsync();
        using var content = new ByteArrayContent(new byte[RequestBytesMax + 1]);

        await AssertRefusedAsync(hub, content, HttpStatusCode.RequestEntityTooLarge, SyncErrorCode.TooLarge);
    }

    [Fact]
    public async Task A_request_in_chunks_is_refused_at_the_limit()
    {
        await using HubHost hub = await StartAsync();
        using var content = new ChunkedContent();

        await AssertRefusedAsync(hub, content, HttpStatusCode.RequestEntityTooLarge, SyncErrorCode.TooLarge);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task A_bomb_is_refused_at_the_limit_and_takes_no_memory(string coding)
    {
        await using HubHost hub = await StartAsync();
        byte[] bomb = Bomb.Make(coding, 128 * 1024 * 1024);
        using var content = new ByteArrayContent(bomb);
        content.Headers.ContentEncoding.Add(coding);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        await AssertRefusedAsync(hub, content, HttpStatusCode.RequestEntityTooLarge, SyncErrorCode.TooLarge);

        Assert.InRange(bomb.Length, 1, RequestBytesMax);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 32 * 1024 * 1024);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task A_request_that_is_not_compressed_as_it_says_is_malformed(string coding)
    {
        await using HubHost hub = await StartAsync();
        using var content = new ByteArrayContent([0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7, 8]);
        content.Headers.ContentEncoding.Add(coding);

        await AssertRefusedAsync(hub, content, HttpStatusCode.BadRequest, SyncErrorCode.Malformed);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task Another_media_type_is_not_taken(string? mediaType)
    {
        await using HubHost hub = await StartAsync();
        using var content = new ByteArrayContent([0x93]);

        await AssertRefusedAsync(
            hub, content, HttpStatusCode.UnsupportedMediaType, SyncErrorCode.Malformed, mediaType ?? string.Empty);
    }

    [Fact]
    public async Task Another_coding_is_not_taken()
    {
        await using HubHost hub = await StartAsync();
        using var content = new ByteArrayContent([0x93]);
        content.Headers.ContentEncoding.Add("zstd");

        HttpResponseHeaders headers = await AssertRefusedAsync(
            hub, content, HttpStatusCode.UnsupportedMediaType, SyncErrorCode.Malformed);

        Assert.Equal(["br, gzip"], headers.GetValues("Accept-Encoding"));
    }

    [Theory]
    [InlineData("v1/hello", "c1")]
    [InlineData("v1/hello", "")]
    [InlineData("v1/hello", "dd7fffffff")]
    [InlineData("v1/pull", "9901")]
    [InlineData("v1/push", "97050101")]
    [InlineData("v1/push", "ffffffffffffffff")]
    public async Task A_malformed_message_is_told_so(string path, string hex)
    {
        await using HubHost hub = await StartAsync();
        using var content = new ByteArrayContent(Convert.FromHexString(hex));

        await AssertRefusedAsync(hub, content, HttpStatusCode.BadRequest, SyncErrorCode.Malformed, path: path);
    }

    [Fact]
    public async Task A_message_nested_a_million_deep_is_passed_over_or_refused_and_the_hub_stays_up()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        byte[] nested = new byte[1_000_001];
        Array.Fill(nested, (byte)0x91);
        nested[^1] = 0xc0;
        using var message = new Ordo.Sync.Transport.MessageBuffer(2_000_000, "hello");
        Replication.Codec.HelloCodec.Write(message, device.Hello());

        // An element more than this version knows, at the end.
        byte[] body = [(byte)(message.WrittenMemory.Span[0] + 1), .. message.WrittenMemory.Span[1..], .. nested];
        using HttpResponseMessage response = await PostAsync(hub, new ByteArrayContent(body));

        Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.BadRequest]);
        Assert.Equal(1, (await hub.Transport().HelloAsync(device.Hello())).Version);
    }

    [Fact]
    public async Task A_caller_without_a_common_version_is_told_so()
    {
        await using HubHost hub = await StartAsync();
        await using Device device = await Device.CreateAsync();

        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await hub.Transport().HelloAsync(device.Hello() with { VersionMin = 2, VersionMax = 3 }));

        Assert.Equal(SyncErrorCode.ProtocolVersion, refused.Code);
        Assert.Equal("Upgrade the older side.", refused.Hint);
    }

    [Fact]
    public async Task A_payload_beyond_the_hubs_limit_is_refused_and_the_rest_of_its_page_is_applied()
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Configure(options => options.PayloadBytesMax = 1000));
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "small");
        await device.PutAsync("b", new string('x', 2000));
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());

        PushResponse answer = await transport.PushAsync(await device.PushRequestAsync());

        OutcomeEntry refused = Assert.Single(answer.Outcomes);
        Assert.Equal(WriteOutcome.Rejected, refused.Outcome);
        Assert.Equal(SyncErrorCode.TooLarge, refused.Rejection?.Code);
        Assert.Equal("b", refused.Key.Key);
        Assert.NotNull(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
        Assert.True((await hub.Store.GetAsync(Device.Scope, new("grades", "b")))?.Greatest.IsTombstone);
    }

    [Fact]
    public async Task What_stands_beside_a_payload_counts_as_much_as_the_payload()
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Configure(options => options.PayloadBytesMax = 1000));
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "small");
        var notes = new VersionNotes { Decision = new Decision(new string('x', 2000)) };
        await using (IStoreTransaction transaction = await device.Store.BeginAsync())
        {
            StoredRecord record = (await transaction.GetAsync(Device.Scope, new("grades", "a")))!;
            RecordVersion version = record.Greatest;
            await transaction.PutAsync(Device.Scope, record with
            {
                Versions = [new RecordVersion(version.Dot, version.Timestamp, version.Author, version.Payload, notes.Encode())],
            });
            await transaction.CommitAsync(Durability.Full);
        }

        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());

        PushResponse answer = await transport.PushAsync(await device.PushRequestAsync());

        Assert.Equal(SyncErrorCode.TooLarge, Assert.Single(answer.Outcomes).Rejection?.Code);
        Assert.True((await hub.Store.GetAsync(Device.Scope, new("grades", "a")))?.Greatest.IsTombstone);
    }

    [Fact]
    public async Task An_inbox_beyond_its_limit_is_refused()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Configure(options =>
        {
            options.PageBytesMax = 100_000;
            options.InboxBytesMax = 100_000;
        }));
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", new string('x', 60_000));
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        PushRequest page = await device.PushRequestAsync() with { Transfer = 5, IsFinal = false };

        PushResponse first = await transport.PushAsync(page);
        var refused = await Assert.ThrowsAsync<SyncException>(
            async () => await transport.PushAsync(page with { Number = 1 }));

        Assert.Equal(PushStatus.Staged, first.Status);
        Assert.Equal(SyncErrorCode.TooLarge, refused.Code);
    }

    [Fact]
    public async Task A_truncated_page_is_malformed_and_nothing_is_applied()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "1");
        await device.PutAsync("b", "2");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        PushRequest whole = await device.PushRequestAsync();

        for (int length = 0; length < whole.Page.Length; length += 7)
        {
            var refused = await Assert.ThrowsAsync<SyncException>(
                async () => await transport.PushAsync(whole with { Page = whole.Page[..length] }));
            Assert.Equal(SyncErrorCode.Malformed, refused.Code);
        }

        Assert.Null(await hub.Store.GetAsync(Device.Scope, new("grades", "a")));
        Assert.Equal(PushStatus.Applied, (await transport.PushAsync(whole)).Status);
    }

    private static Task<HubHost> StartAsync() => HubHost.StartAsync(sync => sync.Configure(options =>
    {
        options.PageBytesMax = 100_000;
        options.PayloadBytesMax = 100_000;
        options.RequestBytesMax = RequestBytesMax;
    }));

    private static Task<HttpResponseMessage> PostAsync(
        HubHost hub, HttpContent content, string mediaType = "application/vnd.ordo-sync", string path = "v1/hello")
    {
        content.Headers.ContentType = mediaType.Length == 0 ? null : new MediaTypeHeaderValue(mediaType);
        return hub.Client().PostAsync(hub.Endpoint(path), content);
    }

    private static async Task<HttpResponseHeaders> AssertRefusedAsync(
        HubHost hub,
        HttpContent content,
        HttpStatusCode status,
        SyncErrorCode code,
        string mediaType = "application/vnd.ordo-sync",
        string path = "v1/hello")
    {
        using HttpResponseMessage response = await PostAsync(hub, content, mediaType, path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((int)code, problem.RootElement.GetProperty("ordoCode").GetInt32());
        Assert.Equal((int)status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
        return response.Headers;
    }

    private sealed class ChunkedContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var chunk = new byte[16 * 1024];
            for (int i = 0; i < 16 * RequestBytesMax / chunk.Length; i++)
            {
                await stream.WriteAsync(chunk);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
