using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication;
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
    private readonly Func<HttpClient> _client;
    private readonly HttpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Uri _base;
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
        ArgumentNullException.ThrowIfNull(options);
        if (options.WhyNotValid() is { } why)
        {
            throw new ArgumentException(why, nameof(options));
        }

        _client = client;
        _options = options;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<HttpSyncTransport>.Instance;
        string address = options.BaseAddress!.AbsoluteUri;
        _base = new Uri(address.EndsWith('/') ? address : address + "/");
        PeerName = address;
    }

    /// <inheritdoc/>
    public string PeerName { get; }

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
        var count = new ByteCount();
        using HttpResponseMessage response = await OpenEventsAsync(request, count, cancellationToken).ConfigureAwait(false);
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
    private async ValueTask<HttpResponseMessage> OpenEventsAsync(
        ListenRequest message, ByteCount count, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        HttpResponseMessage? response = null;
        try
        {
            HttpClient client = _client();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_base, HttpBinding.ListenPath))
            {
                Content = Encode(message, ListenCodec.Write, count),
                Version = client.DefaultRequestVersion,
                VersionPolicy = client.DefaultVersionPolicy,
            };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(HttpBinding.EventsMediaType));
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token)
                .ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            await using Stream body = await response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
            Problem problem = await Problem.ReadAsync(response.Content, body, both.Token).ConfigureAwait(false);
            throw HttpFailures.Of(response.StatusCode, problem, RetryAfter.Of(response, _time), PeerName);
        }
        catch (Exception exception)
        {
            response?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw exception switch
            {
                SyncException => exception,
                OperationCanceledException => HttpFailures.Timeout(PeerName, _options.RequestTimeout, exception),
                HttpRequestException failed => HttpFailures.Of(failed, PeerName),
                _ => HttpFailures.Unreachable($"The live connection to the hub {PeerName} was not made", exception),
            };
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
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_base, path));
            request.Content = Encode(message, write, count);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(HttpBinding.MediaType));
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(MessageCoding.Brotli));
            TraceContext.Inject(request);
            using MessageBuffer response = await SendAsync(request, count, cancellationToken).ConfigureAwait(false);
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

    private MessageContent Encode<T>(T message, Action<IBufferWriter<byte>, T> write, ByteCount count)
    {
        var plain = new MessageBuffer(ProtocolLimits.MessageBytesMax, "request");
        MessageBuffer? compressed = null;
        try
        {
            write(plain, message);
            if (plain.WrittenCount >= _options.CompressRequestsFromBytes)
            {
                compressed = new MessageBuffer(ProtocolLimits.MessageBytesMax, "request");
                if (MessageCoding.TryCompress(plain.WrittenMemory.Span, compressed, _options.CompressionQuality))
                {
                    var content = new MessageContent(compressed, MessageCoding.Brotli, count.AddSent);
                    plain.Dispose();
                    return content;
                }

                compressed.Dispose();
            }

            return new MessageContent(plain, coding: null, count.AddSent);
        }
        catch
        {
            plain.Dispose();
            compressed?.Dispose();
            throw;
        }
    }

    // One round trip up to the last byte of the response, every failure translated.
    private async ValueTask<MessageBuffer> SendAsync(
        HttpRequestMessage request, ByteCount count, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            HttpClient client = _client();
            request.Version = client.DefaultRequestVersion;
            request.VersionPolicy = client.DefaultVersionPolicy;
            using HttpResponseMessage response = await client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            return await ReadAsync(response, count, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The linked token means nothing to the caller; its own does.
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        catch (OperationCanceledException exception)
        {
            throw HttpFailures.Timeout(PeerName, _options.RequestTimeout, exception);
        }
        catch (HttpRequestException exception)
        {
            throw HttpFailures.Of(exception, PeerName);
        }
        catch (IOException exception)
        {
            throw HttpFailures.Unreachable($"The connection to the hub {PeerName} broke off", exception);
        }
        catch (Exception exception) when (exception is not (SyncException or ArgumentException or ObjectDisposedException))
        {
            // Handlers that an app adds throw what they like (an open circuit breaker, say); callers of a transport know one kind.
            throw HttpFailures.Unreachable($"The request to the hub {PeerName} was not sent", exception);
        }
    }

    private async ValueTask<MessageBuffer> ReadAsync(
        HttpResponseMessage response, ByteCount count, CancellationToken cancellationToken)
    {
        HttpContent content = response.Content;
        Stream body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var counted = new CountingStream(body, count.AddReceived);
        if (!response.IsSuccessStatusCode)
        {
            Problem problem = await Problem.ReadAsync(content, counted, cancellationToken).ConfigureAwait(false);
            throw HttpFailures.Of(response.StatusCode, problem, RetryAfter.Of(response, _time), PeerName);
        }

        string? mediaType = content.Headers.ContentType?.MediaType;
        if (!string.Equals(mediaType, HttpBinding.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw HttpFailures.NoMessage(
                PeerName, $"{(int)response.StatusCode} with the media type '{mediaType}', expected '{HttpBinding.MediaType}'.");
        }

        var buffer = new MessageBuffer(_options.ResponseBytesMax, $"answer of {PeerName}");
        try
        {
            if (content.Headers.ContentLength > _options.ResponseBytesMax)
            {
                throw buffer.TooLarge();
            }

            string coding = string.Join(',', content.Headers.ContentEncoding);
            Stream decoded = MessageCoding.TryDecode(coding, counted)
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
