using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ordo.Sync.Http;

namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>
/// A server that reads one request a connection and answers with bytes of the test's choice: what no real server can be made to
/// send.
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Socket, CancellationToken, Task> _answer;
    private readonly HttpClient _client = new();
    private readonly Task _loop;

    public FakeServer(Func<Socket, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}/sync");
        _loop = RunAsync();
    }

    /// <summary>Answers with these bytes, then closes.</summary>
    public FakeServer(byte[] answer)
        : this((socket, token) => socket.SendAsync(answer, SocketFlags.None, token).AsTask())
    {
    }

    public Uri Address { get; }

    /// <summary>Completes with each request's head, in order.</summary>
    public List<string> Heads { get; } = [];

    public static FakeServer Answering(int status, string headers = "", string body = "") =>
        new(Response(status, headers, Encoding.UTF8.GetBytes(body)));

    public static byte[] Response(int status, string headers, byte[] body)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} Whatever\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    public HttpSyncTransport Transport(Action<HttpTransportOptions>? configure = null)
    {
        var options = new HttpTransportOptions { BaseAddress = Address };
        configure?.Invoke(options);
        return new HttpSyncTransport(_client, options);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _client.Dispose();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                await ReadRequestAsync(socket, _stop.Token);
                await _answer(socket, _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                // The client has gone, or the test is over.
            }
        }
    }

    private async Task ReadRequestAsync(Socket socket, CancellationToken cancellationToken)
    {
        var received = new StringBuilder();
        var buffer = new byte[64 * 1024];
        int headLength;
        while ((headLength = received.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            int count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (count == 0)
            {
                return;
            }

            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        string head = received.ToString()[..headLength];
        Heads.Add(head);
        string? length = head.Split("\r\n")
            .FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?[15..];
        int left = int.Parse(length ?? "0", CultureInfo.InvariantCulture) - (received.Length - headLength - 4);
        while (left > 0)
        {
            int count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
            if (count == 0)
            {
                return;
            }

            left -= count;
        }
    }
}
