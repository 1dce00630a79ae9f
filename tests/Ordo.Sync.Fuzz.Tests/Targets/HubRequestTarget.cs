using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>
/// Whole requests, changed, to a hub on Kestrel: it answers, refuses, or closes the connection. It never fails, and what it holds stays sound.
/// For one caller.
/// </summary>
internal sealed class HubRequestTarget : IAsyncDisposable
{
    private const string Scope = Device.ScopeName;
    private const string Message = $"Content-Type: {HttpBinding.MediaType}\r\n";
    private const int FailedFrom = 500;
    private const int StatusAt = 9;
    private const int StatusEnd = 12;

    private static readonly BlobId Blob = new(ContentHash.Of("map"u8));
    private static readonly string OfScope = $"?{HttpBinding.ScopeParameter}={Uri.EscapeDataString(Scope)}";
    private static readonly string Named = $"{OfScope}&{HttpBinding.BlobParameter}={Blob}";

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(50);

    private readonly WebApplication _app;
    private readonly InMemoryRecordStore _store;
    private readonly LogLines _log;
    private readonly string _folder;
    private readonly IPEndPoint _address;
    private int _logged;

    private HubRequestTarget(WebApplication app, InMemoryRecordStore store, LogLines log, string folder)
    {
        (_app, _store, _log, _folder) = (app, store, log, folder);
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _address = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
    }

    public static async Task<HubRequestTarget> StartAsync(Sample sample)
    {
        var log = new LogLines();
        string folder = Directory.CreateTempSubdirectory("ordo-fuzz-hub-").FullName;
        InMemoryRecordStore store = sample.Late.Hub.Clone();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseKestrel(static server =>
        {
            // A request may say that more is to come. Nobody waits long for that.
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
            server.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(1);
            server.Limits.MinRequestBodyDataRate = new MinDataRate(1_000, gracePeriod: TimeSpan.FromSeconds(1.5));
        });
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Error);
        builder.Services.AddOrdoSyncHub(hub =>
        {
            hub.UseStructuredStore(_ => store);
            hub.UseFileSystemBlobs(folder);
        });
        WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");
        await app.StartAsync();
        var target = new HubRequestTarget(app, store, log, folder);
        (byte[] offer, byte[] chunk) = Upload();
        foreach (byte[] request in (byte[][])[offer, chunk, offer])
        {
            await target.SendAsync(request);
        }

        return target;
    }

    public FuzzTarget ToTarget(Sample sample) => new(
        "hub-request", [.. Requests(sample)], bytes => SendAsync(bytes).GetAwaiter().GetResult())
    {
        IsRefusal = static exception => exception is HttpRequestException,
        Weight = 4,
        FixedBytesMax = 64 * 1024 * 1024,
        BytesPerByteMax = 8 * 1024,
    };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<byte[]> Requests(Sample sample)
    {
        const string Traced = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntracestate: a=b\r\n";
        yield return Post(HttpBinding.HelloPath, Message + Traced, sample.Messages.HelloRequests[0]);
        yield return Post(HttpBinding.PullPath, Message + "Accept-Encoding: br\r\n", sample.Messages.PullRequests[0]);
        yield return Post(HttpBinding.PushPath, Message, sample.Messages.PushRequests[0]);
        yield return Post(HttpBinding.ReconcilePath, Message, Sample.Vector("reconcile-request-whole"));
        yield return Post(HttpBinding.RecordsPath, Message, Sample.Vector("records-request"));
        yield return Post(HttpBinding.PullPath, Message + "Content-Encoding: br\r\n", HttpTargets.Brotli(sample.Messages.PullRequests[^1]));
        yield return Get(HttpBinding.StatusPath);
        (byte[] offer, byte[] chunk) = Upload();
        yield return offer;
        yield return chunk;
        yield return Get($"{HttpBinding.BlobChunkPath}{Named}&{HttpBinding.IndexParameter}=0");
        yield return Get($"{HttpBinding.BlobManifestPath}{Named}");
        yield return Get($"{HttpBinding.BlobWantedPath}{OfScope}");
        yield return Post($"{HttpBinding.CompactPath}{OfScope}", string.Empty, []);
    }

    // A blob of one chunk: offered, sent, and offered again, which makes it whole.
    private static (byte[] Offer, byte[] Chunk) Upload()
    {
        BlobManifest manifest = new(Blob, [new BlobChunk(ContentHash.Of("map"u8), 3)]);
        return (
            Post(HttpBinding.BlobOfferPath, Message, CapturedMessages.BytesOf(output => BlobCodec.Write(output, new BlobOffer(Scope, manifest)))),
            HubRequest.Of(
                "PUT", $"/sync/{HttpBinding.BlobChunkPath}{Named}&{HttpBinding.IndexParameter}=0",
                $"Content-Type: {HttpBinding.ChunkMediaType}\r\n", "map"u8.ToArray()));
    }

    private static byte[] Post(string path, string headers, byte[] body) => HubRequest.Of("POST", $"/sync/{path}", headers, body);

    private static byte[] Get(string path) => HubRequest.Of("GET", $"/sync/{path}", string.Empty, []);

    private async Task SendAsync(byte[] input)
    {
        long before = GC.GetTotalAllocatedBytes();
        int status = await StatusOfAsync(HubRequest.ToWire(input));
        if ((status >= FailedFrom && status != (int)HttpStatusCode.HttpVersionNotSupported && status != (int)HttpStatusCode.NotImplemented)
            || _log.All.Count > _logged)
        {
            string said = string.Join('\n', _log.All.Skip(_logged).Select(line => line.Text));
            _logged = _log.All.Count;
            throw new InvalidOperationException($"The hub failed with {status}.\n{said}");
        }

        long allotted = GC.GetTotalAllocatedBytes() - before;
        if (allotted > (64 * 1024 * 1024) + (input.Length * 1024L))
        {
            throw new InvalidOperationException($"A request of {input.Length} bytes made the hub allot {allotted}.");
        }

        if (await StoreWalk.FindFaultAsync(_store) is { } fault)
        {
            throw new InvalidOperationException(fault);
        }

        if (status is 0 or >= 300)
        {
            throw new HttpRequestException($"Refused with {status}.");
        }
    }

    // 0 where the hub closes without a word, as Kestrel does with what is no request.
    private async Task<int> StatusOfAsync(byte[] request)
    {
        using var within = new CancellationTokenSource(AnswersWithin);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_address, within.Token);
        try
        {
            await socket.SendAsync(request, within.Token);
            var answer = new MemoryStream();
            var part = new byte[16 * 1024];
            while (await socket.ReceiveAsync(part, within.Token) is > 0 and var count)
            {
                answer.Write(part.AsSpan(0, count));
            }

            string head = Encoding.ASCII.GetString(answer.GetBuffer(), 0, (int)Math.Min(answer.Length, StatusEnd));
            return head.Length < StatusEnd ? 0 : int.Parse(head.AsSpan(StatusAt), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
