using System.Net;
using System.Net.Sockets;
using Ordo.Sync.Process.Tests.Network;

namespace Ordo.Sync.Process.Tests;

/// <summary>The proxy does to connections what it says: a bad network that is none would let everything pass.</summary>
public sealed class FaultProxyTests : IAsyncDisposable
{
    private const int BytesBefore = 10_000;
    private const int SilentMilliseconds = 150;

    private static readonly byte[] Answer = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];

    private readonly TcpListener _hub = new(IPAddress.Loopback, port: 0);
    private readonly Task _answering;

    public FaultProxyTests()
    {
        _hub.Start();
        _answering = AnswerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _hub.Stop();
        await _answering;
    }

    [Theory]
    [InlineData("Passes")]
    [InlineData("IsLate")]
    [InlineData("Drips")]
    public async Task What_passes_late_or_in_drops_arrives_whole_and_unchanged(string fate)
    {
        await using FaultProxy proxy = Proxy(fate, int.MaxValue);
        using Socket client = await AskAsync(proxy);

        Assert.Equal(Answer, await ReadToEndAsync(client));
    }

    [Fact]
    public async Task What_is_truncated_ends_early_as_if_that_were_all()
    {
        await using FaultProxy proxy = Proxy("IsTruncated", BytesBefore);
        using Socket client = await AskAsync(proxy);

        Assert.Equal(Answer[..BytesBefore], await ReadToEndAsync(client));
    }

    [Fact]
    public async Task What_is_reset_ends_with_a_reset()
    {
        await using FaultProxy proxy = Proxy("IsReset", BytesBefore);
        using Socket client = await AskAsync(proxy);

        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => ReadToEndAsync(client));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    [Theory]
    [InlineData("FallsSilent", BytesBefore)]
    [InlineData("IsSwallowed", 0)]
    public async Task What_falls_silent_or_is_swallowed_is_open_and_says_nothing_more(string fate, int heard)
    {
        FaultProxy proxy = Proxy(fate, BytesBefore);
        using Socket client = await AskAsync(proxy);
        var part = new byte[Answer.Length];
        for (int read = 0; read < heard;)
        {
            read += await client.ReceiveAsync(part.AsMemory(read));
        }

        Task<int> more = client.ReceiveAsync(part.AsMemory(heard)).AsTask();
        await Task.WhenAny(more, Task.Delay(SilentMilliseconds));
        Assert.False(more.IsCompleted, "More came, or the connection ended.");
        Assert.Equal(Answer[..heard], part[..heard]);
        await proxy.DisposeAsync();
        await Task.WhenAny(more);
    }

    private FaultProxy Proxy(string fate, int bytes) =>
        new(new Uri($"http://{_hub.LocalEndpoint}/"), seed: 1, (Enum.Parse<Fate>(fate), bytes));

    private static async Task<Socket> AskAsync(FaultProxy proxy)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, proxy.Address.Port);
        await client.SendAsync("?"u8.ToArray());
        return client;
    }

    private static async Task<byte[]> ReadToEndAsync(Socket client)
    {
        var heard = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await client.ReceiveAsync(part) is > 0 and var count)
        {
            heard.Write(part.AsSpan(0, count));
        }

        return heard.ToArray();
    }

    // Answers each connection once it has asked, and ends it.
    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using Socket caller = await _hub.AcceptSocketAsync();
                if (await caller.ReceiveAsync(new byte[1]) > 0)
                {
                    await caller.SendAsync(Answer);
                    caller.Shutdown(SocketShutdown.Both);
                }
            }
        }
        catch (SocketException)
        {
            // The test is over, or the proxy has hung up.
        }
    }
}
