using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Http;

/// <summary>
/// The way to a hub over HTTP: one POST a round trip, MessagePack bodies, compressed where that pays; see
/// <c>docs/protocol.md</c>. Thread-safe; holds no session.
/// </summary>
/// <remarks>
/// <see cref="Bytes"/> counts bodies as they crossed the wire, compressed; headers are not counted. Every failure is a
/// <see cref="SyncException"/>; the caller's own cancellation is an <see cref="OperationCanceledException"/>.
/// </remarks>
public sealed class HttpSyncTransport : ISyncTransport, ILiveTransport, IReconcileTransport
{
    private readonly HttpRoundTrips _trips;
    private readonly HttpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _sent;
    private long _received;

    /// <summary>Makes a transport over one client, which stays its caller's to dispose.</summary>
    /// <param name="client">The client; its handlers may add credentials. Its own timeout holds too, where it is shorter.</param>
    /// <param name="options">How to reach the hub.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Takes events 4000 to 4099; none by default.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public HttpSyncTransport(
        HttpClient client, HttpTransportOptions options, TimeProvider? time = null, ILogger<HttpSyncTransport>? logger = null)
        : this(() => client, options, time, logger) => ArgumentNullException.ThrowIfNull(client);

    /// <summary>Makes a transport that takes a client of a factory for each round trip, so that handlers rotate.</summary>
    /// <param name="clients">The factory.</param>
    /// <param name="clientName">The name of its client.</param>
    /// <param name="options">How to reach the hub.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Takes events 4000 to 4099; none by default.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public HttpSyncTransport(
        IHttpClientFactory clients,
        string clientName,
        HttpTransportOptions options,
        TimeProvider? time = null,
        ILogger<HttpSyncTransport>? logger = null)
        : this(() => clients.CreateClient(clientName), options, time, logger)
    {
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(clientName);
    }

    private HttpSyncTransport(
        Func<HttpClient> client, HttpTransportOptions options, TimeProvider? time, ILogger<HttpSyncTransport>? logger)
    {
        _time = time ?? TimeProvider.System;
        _trips = new HttpRoundTrips(client, options, _time);
        _options = options;
        _logger = logger ?? NullLogger<HttpSyncTransport>.Instance;
    }

    /// <inheritdoc/>
    public string PeerName => _trips.PeerName;

    /// <inheritdoc/>
    public TransportBytes Bytes => new(Interlocked.Read(ref _sent), Interlocked.Read(ref _received));

    /// <inheritdoc/>
    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(
            "hello",
            HttpBinding.HelloPath,
            request,
            HelloCodec.Write,
            static answer => HelloCodec.ReadResponse(answer.WrittenMemory),
            cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The page is bytes of its own, not pooled: it may outlive the call.</remarks>
    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(
            "pull",
            HttpBinding.PullPath,
            request,
            PullCodec.Write,
            static answer => PullCodec.ReadResponse(answer.WrittenMemory.ToArray()),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(
            "push",
            HttpBinding.PushPath,
            request,
            PushCodec.Write,
            static answer => PushCodec.ReadResponse(answer.WrittenMemory),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ReconcileResponse> ReconcileAsync(
        ReconcileRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(
            "reconcile",
            HttpBinding.ReconcilePath,
            request,
            ReconcileCodec.Write,
            static answer => ReconcileCodec.ReadResponse(answer.WrittenMemory),
            cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The page is bytes of its own, not pooled: it may outlive the call.</remarks>
    public ValueTask<RecordsResponse> ReadRecordsAsync(
        RecordsRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(
            "records",
            HttpBinding.RecordsPath,
            request,
            RecordsCodec.Write,
            static answer => RecordsCodec.ReadResponse(answer.WrittenMemory.ToArray()),
            cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListenAsync(
        ListenRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using HttpResponseMessage response = await OpenEventsAsync(request, cancellationToken).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var counted = new CountingStream(body, bytes => Interlocked.Add(ref _received, bytes));
        IAsyncEnumerator<string> events = EventReader.ReadAsync(counted, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            while (await MoveNextAsync(events, cancellationToken).ConfigureAwait(false))
            {
                yield return events.Current;
            }
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<string> events, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw HttpFailures.NoMessage(PeerName, exception.Message, exception);
        }
        catch (Exception exception) when (
            exception is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw HttpFailures.Unreachable($"The live connection to the hub {PeerName} broke off", exception);
        }
    }

    // Only the answer's head has to come in time; events come when they come.
    private async ValueTask<HttpResponseMessage> OpenEventsAsync(ListenRequest message, CancellationToken cancellationToken)
    {
        var count = new ByteCount();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _trips.AddressOf(HttpBinding.ListenPath))
            {
                Content = MessageContent.Encode(message, ListenCodec.Write, _options, count.AddSent),
            };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(HttpBinding.EventsMediaType));
            return await _trips.OpenAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _sent, count.Sent);
        }
    }

    private async ValueTask<TResponse> SendAsync<TRequest, TResponse>(
        string operation,
        string path,
        TRequest message,
        Action<IBufferWriter<byte>, TRequest> write,
        Func<MessageBuffer, TResponse> read,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var count = new ByteCount();
        long started = _time.GetTimestamp();
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _trips.AddressOf(path));
            request.Content = MessageContent.Encode(message, write, _options, count.AddSent);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(HttpBinding.MediaType));
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(MessageCoding.Brotli));
            TraceContext.Inject(request);
            using MessageBuffer response = await _trips
                .SendAsync(request, TimeSpan.Zero, count.AddReceived, ReadAsync, cancellationToken).ConfigureAwait(false);
            TResponse answer = read(response);
            TransportLog.RoundTrip(_logger, operation, PeerName, count.Sent, count.Received, ElapsedMs(started));
            return answer;
        }
        catch (SyncException exception)
        {
            TransportLog.RoundTripFailed(_logger, operation, PeerName, exception.Code, ElapsedMs(started));
            throw;
        }
        finally
        {
            Interlocked.Add(ref _sent, count.Sent);
            Interlocked.Add(ref _received, count.Received);
        }
    }

    private async ValueTask<MessageBuffer> ReadAsync(
        HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        _trips.RequireMediaType(response, HttpBinding.MediaType);
        HttpContent content = response.Content;
        var buffer = new MessageBuffer(_options.ResponseBytesMax, $"answer of {PeerName}");
        try
        {
            if (content.Headers.ContentLength > _options.ResponseBytesMax)
            {
                throw buffer.TooLarge();
            }

            string coding = string.Join(',', content.Headers.ContentEncoding);
            Stream decoded = MessageCoding.TryDecode(coding, body)
                ?? throw HttpFailures.NoMessage(PeerName, $"the content encoding '{coding}' was not asked for.");
            await using (decoded.ConfigureAwait(false))
            {
                await buffer.ReadFromAsync(decoded, cancellationToken).ConfigureAwait(false);
            }

            return buffer;
        }
        catch (Exception exception)
        {
            buffer.Dispose();
            if (exception is InvalidDataException or InvalidOperationException and not ObjectDisposedException)
            {
                throw HttpFailures.NoMessage(PeerName, exception.Message, exception);
            }

            throw;
        }
    }

    private double ElapsedMs(long started) => _time.GetElapsedTime(started).TotalMilliseconds;
}
