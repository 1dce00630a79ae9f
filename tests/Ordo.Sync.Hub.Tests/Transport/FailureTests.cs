using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Hub.Tests.Transport;

public sealed class FailureTests
{
    private const string Message = "Content-Type: application/vnd.ordo-sync\r\n";
    private const string Problem = "Content-Type: application/problem+json\r\n";

    private static readonly HelloRequest Hello = new(1, 1, new ReplicaId(7), []);

    [Theory]
    [InlineData(301, SyncErrorCode.NotFound, false)]
    [InlineData(400, SyncErrorCode.Malformed, false)]
    [InlineData(401, SyncErrorCode.Unauthorized, false)]
    [InlineData(403, SyncErrorCode.Forbidden, false)]
    [InlineData(404, SyncErrorCode.NotFound, false)]
    [InlineData(405, SyncErrorCode.NotFound, false)]
    [InlineData(408, SyncErrorCode.Timeout, true)]
    [InlineData(413, SyncErrorCode.TooLarge, false)]
    [InlineData(415, SyncErrorCode.Malformed, false)]
    [InlineData(429, SyncErrorCode.Throttled, true)]
    [InlineData(500, SyncErrorCode.PeerFailed, true)]
    [InlineData(502, SyncErrorCode.PeerFailed, true)]
    [InlineData(503, SyncErrorCode.PeerFailed, true)]
    public async Task A_status_without_a_word_is_understood(int status, SyncErrorCode expected, bool isTransient)
    {
        await using FakeServer server = FakeServer.Answering(status, "Content-Type: text/html\r\n", "<h1>no</h1>");

        SyncException error = await FailAsync(server.Transport());

        Assert.Equal(expected, error.Code);
        Assert.Equal(isTransient, error.IsTransient);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<h1>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_found_says_to_check_the_address()
    {
        await using FakeServer server = FakeServer.Answering(404);

        SyncException error = await FailAsync(server.Transport());

        Assert.Equal("Check the hub's address.", error.Hint);
        Assert.Contains(server.Address.AbsoluteUri, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_hub_says_of_a_refusal_comes_back()
    {
        await using FakeServer server = FakeServer.Answering(
            409, Problem, """{"status":409,"detail":"The clock is ahead.","hint":"Correct it.","ordoCode":208,"more":[1]}""");

        SyncException error = await FailAsync(server.Transport());

        Assert.Equal(SyncErrorCode.ClockSkew, error.Code);
        Assert.Equal("Correct it.", error.Hint);
        Assert.Contains("The clock is ahead.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ordoCode":100,"detail":"corrupt"}""")]
    [InlineData("""{"ordoCode":9999}""")]
    [InlineData("""{"ordoCode":"200"}""")]
    [InlineData("""{"ordoCode":2e99}""")]
    [InlineData("""{"detail":7}""")]
    [InlineData("""[1,2]""")]
    [InlineData("""{"ordo""")]
    [InlineData("")]
    public async Task A_refusal_that_makes_no_sense_counts_by_its_status(string body)
    {
        await using FakeServer server = FakeServer.Answering(500, Problem, body);

        Assert.Equal(SyncErrorCode.PeerFailed, (await FailAsync(server.Transport())).Code);
    }

    [Fact]
    public async Task A_refusal_of_many_words_is_cut_and_stands_on_one_line()
    {
        string detail = "line one\\nline two " + new string('x', 40_000);
        await using FakeServer server = FakeServer.Answering(500, Problem, $$"""{"detail":"{{detail}}"}""");

        SyncException error = await FailAsync(server.Transport());

        Assert.InRange(error.Message.Length, 1_000, 1_200);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(429, "Retry-After: 17\r\n", 17)]
    [InlineData(503, "Retry-After: 17\r\n", 17)]
    [InlineData(429, "Retry-After: Thu, 01 Jan 2026 00:00:30 GMT\r\n", 30)]
    [InlineData(429, "Retry-After: Thu, 01 Jan 2015 00:00:30 GMT\r\n", 0)]
    [InlineData(429, "Retry-After: 99999999\r\n", 86_400)]
    [InlineData(429, "Retry-After: soon\r\n", null)]
    [InlineData(429, "", null)]
    public async Task How_long_the_hub_asks_to_wait_is_passed_on(int status, string header, int? seconds)
    {
        await using FakeServer server = FakeServer.Answering(status, header);
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var client = new HttpClient();
        var transport = new HttpSyncTransport(client, new HttpTransportOptions { BaseAddress = server.Address }, time);

        SyncException error = await FailAsync(transport);

        Assert.Equal(seconds is { } count ? TimeSpan.FromSeconds(count) : null, error.RetryAfter);
    }

    [Theory]
    [InlineData("Content-Type: text/html\r\n", "<html>Welcome to the campus network</html>")]
    [InlineData("Content-Type: application/json\r\n", "{}")]
    [InlineData("", "")]
    [InlineData(Message, "")]
    [InlineData(Message, "garbage")]
    [InlineData(Message + "Content-Encoding: br\r\n", "\u0001garbage garbage garbage")]
    [InlineData(Message + "Content-Encoding: gzip\r\n", "garbage")]
    [InlineData(Message + "Content-Encoding: zstd\r\n", "garbage")]
    public async Task A_success_that_is_no_message_is_malformed(string headers, string body)
    {
        await using FakeServer server = FakeServer.Answering(200, headers, body);

        Assert.Equal(SyncErrorCode.Malformed, (await FailAsync(server.Transport())).Code);
    }

    [Fact]
    public async Task An_answer_that_is_not_http_is_malformed()
    {
        await using var server = new FakeServer(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2\r\n\r\n"));

        Assert.Equal(SyncErrorCode.Malformed, (await FailAsync(server.Transport())).Code);
    }

    [Fact]
    public async Task A_response_that_is_cut_off_in_its_body_is_unreachable()
    {
        byte[] whole = FakeServer.Response(200, Message, new byte[1000]);
        await using var server = new FakeServer(whole[..^500]);

        Assert.Equal(SyncErrorCode.Unreachable, (await FailAsync(server.Transport())).Code);
    }

    [Fact]
    public async Task A_response_that_is_cut_off_in_its_head_is_unreachable()
    {
        await using var server = new FakeServer(Encoding.ASCII.GetBytes("HTTP/1.1 200 O"));

        Assert.Equal(SyncErrorCode.Unreachable, (await FailAsync(server.Transport())).Code);
    }

    [Fact]
    public async Task A_connection_that_is_closed_without_an_answer_is_unreachable()
    {
        await using var server = new FakeServer([]);

        Assert.Equal(SyncErrorCode.Unreachable, (await FailAsync(server.Transport())).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public async Task A_connection_that_is_reset_is_unreachable(int bytesBefore)
    {
        byte[] whole = FakeServer.Response(200, Message, new byte[1000]);
        await using var server = new FakeServer(async (socket, token) =>
        {
            await socket.SendAsync(whole.AsMemory(0, bytesBefore), SocketFlags.None, token);
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        });

        SyncException error = await FailAsync(server.Transport());

        Assert.Equal(SyncErrorCode.Unreachable, error.Code);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_hub_that_is_not_there_is_unreachable()
    {
        Uri address;
        await using (var server = new FakeServer([]))
        {
            address = server.Address;
        }

        using var client = new HttpClient();

        Assert.Equal(SyncErrorCode.Unreachable, (await FailAsync(TransportTo(client, address))).Code);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_unreachable()
    {
        using var client = new HttpClient();

        SyncException error = await FailAsync(TransportTo(client, new Uri("http://hub.invalid/sync")));

        Assert.Equal(SyncErrorCode.Unreachable, error.Code);
        Assert.Contains("hub.invalid", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_hub_that_hangs_is_a_timeout(int bytesBefore)
    {
        byte[] whole = FakeServer.Response(200, Message, new byte[1000]);
        await using var server = new FakeServer(async (socket, token) =>
        {
            await socket.SendAsync(whole.AsMemory(0, bytesBefore), SocketFlags.None, token);
            await Task.Delay(Timeout.Infinite, token);
        });

        SyncException error = await FailAsync(
            server.Transport(options => options.RequestTimeout = TimeSpan.FromMilliseconds(200)));

        Assert.Equal(SyncErrorCode.Timeout, error.Code);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_shorter_timeout_of_the_client_itself_is_a_timeout_too()
    {
        await using var server = new FakeServer((_, token) => Task.Delay(Timeout.Infinite, token));
        using var client = new HttpClient { Timeout = TimeSpan.FromMilliseconds(200) };

        Assert.Equal(SyncErrorCode.Timeout, (await FailAsync(TransportTo(client, server.Address))).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task The_callers_cancellation_stays_a_cancellation(int bytesBefore)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] whole = FakeServer.Response(200, Message, new byte[1000]);
        await using var server = new FakeServer(async (socket, token) =>
        {
            await socket.SendAsync(whole.AsMemory(0, bytesBefore), SocketFlags.None, token);
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        using var cancellation = new CancellationTokenSource();
        Task asking = server.Transport().HelloAsync(Hello, cancellation.Token).AsTask();
        await reached.Task;

        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        Assert.Equal(cancellation.Token, error.CancellationToken);
    }

    [Fact]
    public async Task What_a_handler_of_the_app_throws_is_translated()
    {
        using var client = new HttpClient(new ThrowingHandler());

        SyncException error = await FailAsync(TransportTo(client, new Uri("http://hub.invalid/sync")));

        Assert.Equal(SyncErrorCode.Unreachable, error.Code);
        Assert.IsType<TimeZoneNotFoundException>(error.InnerException);
    }

    [Theory]
    [InlineData("/sync")]
    [InlineData("ftp://hub.example.edu/sync")]
    [InlineData("https://ann:secret@hub.example.edu/sync")]
    [InlineData("https://hub.example.edu/sync?key=1")]
    public void An_address_that_cannot_be_a_hubs_is_refused(string address)
    {
        using var client = new HttpClient();

        Assert.Throws<ArgumentException>(() => TransportTo(client, new Uri(address, UriKind.RelativeOrAbsolute)));
    }

    [Theory]
    [InlineData("http://h/sync", "/sync/v1/hello")]
    [InlineData("http://h/sync/", "/sync/v1/hello")]
    [InlineData("http://h", "/v1/hello")]
    public async Task The_endpoints_stand_below_the_address(string address, string expected)
    {
        var handler = new RecordingHandler();
        using var client = new HttpClient(handler);

        await FailAsync(TransportTo(client, new Uri(address)));

        Assert.Equal(expected, handler.Path);
    }

    private static HttpSyncTransport TransportTo(HttpClient client, Uri address) =>
        new(client, new HttpTransportOptions { BaseAddress = address });

    private static Task<SyncException> FailAsync(HttpSyncTransport transport) =>
        Assert.ThrowsAsync<SyncException>(async () => await transport.HelloAsync(Hello));

    private sealed class ThrowingHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) => throw new TimeZoneNotFoundException("odd");
    }

    private sealed class RecordingHandler : HttpMessageHandler
    {
        public string? Path { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Path = request.RequestUri?.AbsolutePath;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        }
    }
}
