using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Http;

/// <summary>
/// The way of blobs to a hub over HTTP: chunks as bare bodies of bounded length, everything else as messages; see
/// <c>docs/protocol-blobs.md</c>. Thread-safe; holds no session. Failures are those of <see cref="HttpSyncTransport"/>.
/// </summary>
public sealed class HttpBlobTransport : IBlobTransport
{
    private readonly HttpRoundTrips _trips;
    private readonly HttpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes a transport over one client, which stays its caller's to dispose.</summary>
    /// <param name="client">The client; its handlers may add credentials.</param>
    /// <param name="options">How to reach the hub; <see cref="HttpTransportOptions.RequestTimeout"/> bounds one chunk.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Takes events 4000 to 4099; none by default.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public HttpBlobTransport(
        HttpClient client, HttpTransportOptions options, TimeProvider? time = null, ILogger<HttpBlobTransport>? logger = null)
        : this(() => client, options, time, logger) => ArgumentNullException.ThrowIfNull(client);

    /// <summary>Makes a transport that takes a client of a factory for each round trip, so that handlers rotate.</summary>
    /// <param name="clients">The factory.</param>
    /// <param name="clientName">The name of its client.</param>
    /// <param name="options">How to reach the hub.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="logger">Takes events 4000 to 4099; none by default.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public HttpBlobTransport(
        IHttpClientFactory clients,
        string clientName,
        HttpTransportOptions options,
        TimeProvider? time = null,
        ILogger<HttpBlobTransport>? logger = null)
        : this(() => clients.CreateClient(clientName), options, time, logger)
    {
        ArgumentNullException.ThrowIfNull(clients);
        ArgumentNullException.ThrowIfNull(clientName);
    }

    private HttpBlobTransport(
        Func<HttpClient> client, HttpTransportOptions options, TimeProvider? time, ILogger<HttpBlobTransport>? logger)
    {
        _time = time ?? TimeProvider.System;
        _trips = new HttpRoundTrips(client, options, _time);
        _options = options;
        _logger = logger ?? NullLogger<HttpBlobTransport>.Instance;
    }

    /// <inheritdoc/>
    public string PeerName => _trips.PeerName;

    /// <inheritdoc/>
    /// <remarks>
    /// The last offer of a blob waits until the hub has read all of it: its time is not bounded by
    /// <see cref="HttpTransportOptions.RequestTimeout"/> alone but grows with the blob.
    /// </remarks>
    public async ValueTask<BlobOfferAnswer> OfferAsync(BlobOffer offer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        using var request = new HttpRequestMessage(HttpMethod.Post, _trips.AddressOf(HttpBinding.BlobOfferPath));
        using var body = new MessageBuffer(Replication.ProtocolLimits.MessageBytesMax, "request");
        BlobCodec.Write(body, offer);
        request.Content = new ReadOnlyMemoryContent(body.WrittenMemory.ToArray());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.MediaType);

        // A slow disk reads some 20 MB a second.
        TimeSpan verifying = TimeSpan.FromSeconds(offer.Manifest.Length / 20e6);
        return await SendAsync(
            "blob offer", request, verifying, ReadMessageAsync, BlobCodec.ReadOfferAnswer, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask PutChunkAsync(
        string scope, BlobId blob, int index, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Address(HttpBinding.BlobChunkPath, scope, blob, index));
        request.Content = new ReadOnlyMemoryContent(content);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.ChunkMediaType);
        await SendAsync(
            "blob chunk",
            request,
            TimeSpan.Zero,
            static (_, _, _) => ValueTask.FromResult(true),
            static done => done,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<BlobManifest> GetManifestAsync(
        string scope, BlobId blob, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, Address(HttpBinding.BlobManifestPath, scope, blob, index: null));
        return await SendAsync(
            "blob manifest",
            request,
            TimeSpan.Zero,
            ReadMessageAsync,
            static bytes => BlobManifestCodec.Decode(bytes.Span),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask GetChunkAsync(
        string scope, BlobId blob, int index, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(HttpBinding.BlobChunkPath, scope, blob, index));
        await SendAsync(
            "blob chunk",
            request,
            TimeSpan.Zero,
            (response, body, token) => ReadChunkAsync(response, body, destination, token),
            static done => done,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<BlobId>> ListWantedAsync(
        string scope, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, Address(HttpBinding.BlobWantedPath, scope, blob: null, index: null));
        return await SendAsync(
            "wanted blobs", request, TimeSpan.Zero, ReadMessageAsync, BlobCodec.ReadWanted, cancellationToken).ConfigureAwait(false);
    }

    private Uri Address(string path, string scope, BlobId? blob, int? index)
    {
        string query = $"?{HttpBinding.ScopeParameter}={Uri.EscapeDataString(scope)}";
        query += blob is null ? string.Empty : $"&{HttpBinding.BlobParameter}={blob}";
        query += index is null
            ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $"&{HttpBinding.IndexParameter}={index}");
        return _trips.AddressOf(path + query);
    }

    private async ValueTask<TResult> SendAsync<TBody, TResult>(
        string operation,
        HttpRequestMessage request,
        TimeSpan timeMore,
        Func<HttpResponseMessage, Stream, CancellationToken, ValueTask<TBody>> receive,
        Func<TBody, TResult> read,
        CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        try
        {
            return read(await _trips
                .SendAsync(request, timeMore, received: null, receive, cancellationToken).ConfigureAwait(false));
        }
        catch (SyncException exception)
        {
            TransportLog.RoundTripFailed(
                _logger, operation, PeerName, exception.Code, _time.GetElapsedTime(began).TotalMilliseconds);
            throw;
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadMessageAsync(
        HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        _trips.RequireMediaType(response, HttpBinding.MediaType);
        using var buffer = new MessageBuffer(_options.ResponseBytesMax, $"answer of {PeerName}");
        await buffer.ReadFromAsync(body, cancellationToken).ConfigureAwait(false);
        return buffer.WrittenMemory.ToArray();
    }

    private async ValueTask<bool> ReadChunkAsync(
        HttpResponseMessage response, Stream body, Memory<byte> destination, CancellationToken cancellationToken)
    {
        _trips.RequireMediaType(response, HttpBinding.ChunkMediaType);
        long? announced = response.Content.Headers.ContentLength;
        if (announced is { } length && length != destination.Length)
        {
            throw HttpFailures.NoMessage(PeerName, $"a chunk of {length} bytes instead of {destination.Length}.");
        }

        int count = await body
            .ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (count < destination.Length)
        {
            throw HttpFailures.Unreachable(
                $"The connection to the hub {PeerName} broke off", new EndOfStreamException($"after {count} bytes of a chunk"));
        }

        // More than was asked for is not read: the response's disposal drops the connection.
        return true;
    }
}
