using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Hub.Tests.Transport;

[Collection(nameof(MeasuresMemory))]
public sealed class ResponseLimitTests
{
    private const string Message = "Content-Type: application/vnd.ordo-sync\r\n";
    private const int AllocatedBytesMax = 80 * 1024 * 1024;

    private static readonly PullRequest Pull = new("course/x", new ReplicaId(7), 0, 0, GlobalVector.Empty, 1_000_000);

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task A_bomb_is_too_large_and_takes_no_memory(string coding)
    {
        byte[] bomb = Bomb.Make(coding, 256 * 1024 * 1024);
        await using var server = new FakeServer(FakeServer.Response(200, Message + $"Content-Encoding: {coding}\r\n", bomb));
        long before = GC.GetTotalAllocatedBytes(precise: true);

        SyncException error = await FailAsync(server);

        Assert.Equal(SyncErrorCode.TooLarge, error.Code);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, AllocatedBytesMax);
    }

    [Fact]
    public async Task A_response_that_declares_too_many_bytes_is_not_read()
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 200 OK\r\nContent-Length: {ProtocolLimits.MessageBytesMax + 1}\r\n{Message}\r\n");
        await using var server = new FakeServer(Encoding.ASCII.GetBytes(head));

        Assert.Equal(SyncErrorCode.TooLarge, (await FailAsync(server)).Code);
    }

    [Fact]
    public async Task A_response_that_never_ends_is_too_large()
    {
        await using var server = new FakeServer(async (socket, token) =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{Message}\r\n"), SocketFlags.None, token);
            byte[] chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('x', 0x10000)}\r\n");
            while (true)
            {
                await socket.SendAsync(chunk, SocketFlags.None, token);
            }
        });
        long before = GC.GetTotalAllocatedBytes(precise: true);

        SyncException error = await FailAsync(server);

        Assert.Equal(SyncErrorCode.TooLarge, error.Code);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, AllocatedBytesMax);
    }

    [Fact]
    public async Task A_live_connection_with_a_line_that_never_ends_is_given_up()
    {
        await using var server = new FakeServer(async (socket, token) =>
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\ndata: \"a\"\n"));
            byte[] more = Encoding.ASCII.GetBytes(new string('x', 0x10000));
            while (true)
            {
                await socket.SendAsync(more, SocketFlags.None, token);
            }
        });
        var heard = new List<string>();

        var error = await Assert.ThrowsAsync<SyncException>(async () =>
        {
            await foreach (string scope in server.Transport().ListenAsync(new ListenRequest([], ["a"])))
            {
                heard.Add(scope);
            }
        });

        Assert.Equal(SyncErrorCode.Malformed, error.Code);
        Assert.Equal([string.Empty, "a"], heard);
    }

    [Fact]
    public async Task A_message_of_this_devices_own_beyond_the_limit_is_not_sent()
    {
        await using var server = new FakeServer([]);
        var page = new byte[ProtocolLimits.MessageBytesMax];

        var error = await Assert.ThrowsAsync<SyncException>(async () => await server.Transport().PushAsync(
            new PushRequest("course/x", new ReplicaId(7), 0, 0, IsFinal: true, page)));

        Assert.Equal(SyncErrorCode.TooLarge, error.Code);
        Assert.Empty(server.Heads);
    }

    private static Task<SyncException> FailAsync(FakeServer server) =>
        Assert.ThrowsAsync<SyncException>(async () => await server.Transport().PullAsync(Pull));
}
