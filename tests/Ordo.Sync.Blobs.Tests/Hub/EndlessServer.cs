using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ordo.Sync.Http;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>
/// A server that answers with a body without end, written to the bare socket, so that what is counted is what the other side has let
/// through before it hung up.
/// </summary>
internal sealed class EndlessServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _client = new();
    private readonly string _mediaType;
    private readonly Task<long> _serving;

    public EndlessServer(string mediaType)
    {
        _mediaType = mediaType;
        _listener.Start();
        _serving = ServeAsync();
    }

    public HttpBlobTransport Transport => new(_client, new HttpTransportOptions
    {
        BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/sync")),
    });

    /// <summary>The bytes sent until the other side hung up.</summary>
    public Task<long> SentAsync() => _serving.WaitAsync(TimeSpan.FromSeconds(120));

    public void Dispose()
    {
        _client.Dispose();
        _listener.Dispose();
    }

    private async Task<long> ServeAsync()
    {
        using Socket socket = await _listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[64 * 1024]);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: {_mediaType}\r\nTransfer-Encoding: chunked\r\n\r\n"));
        byte[] piece = [.. "10000\r\n"u8, .. new byte[0x10000], .. "\r\n"u8];
        long sent = 0;
        try
        {
            while (true)
            {
                sent += await socket.SendAsync(piece);
            }
        }
        catch (SocketException)
        {
            return sent;
        }
    }
}
