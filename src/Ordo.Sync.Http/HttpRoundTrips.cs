using Ordo.Sync.Errors;

namespace Ordo.Sync.Http;

/// <summary>
/// Round trips to one hub: a client taken for each, so that handlers rotate; bounded in time; every failure a
/// <see cref="SyncException"/>, but for the caller's own cancellation. Thread-safe.
/// </summary>
internal sealed class HttpRoundTrips
{
    private readonly Func<HttpClient> _client;
    private readonly HttpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly Uri _base;

    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public HttpRoundTrips(Func<HttpClient> client, HttpTransportOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.WhyNotValid() is { } why)
        {
            throw new ArgumentException(why, nameof(options));
        }

        _client = client;
        _options = options;
        _time = time;
        PeerName = options.BaseAddress!.AbsoluteUri;
        _base = new Uri(PeerName.EndsWith('/') ? PeerName : PeerName + "/");
    }

    /// <summary>The hub's address, as messages name it.</summary>
    public string PeerName { get; }

    public Uri AddressOf(string path) => new(_base, path);

    /// <summary>One round trip, up to the last byte of the response.</summary>
    /// <param name="request">What is sent.</param>
    /// <param name="timeMore">What the hub may take beyond the time for any request.</param>
    /// <param name="received">Is told of the bytes of the response, as they cross the wire.</param>
    /// <param name="receive">Reads a response that is a success.</param>
    /// <param name="cancellationToken">Ends the round trip.</param>
    public ValueTask<T> SendAsync<T>(
        HttpRequestMessage request,
        TimeSpan timeMore,
        Action<int>? received,
        Func<HttpResponseMessage, Stream, CancellationToken, ValueTask<T>> receive,
        CancellationToken cancellationToken)
    {
        TimeSpan timeMax = _options.RequestTimeout == Timeout.InfiniteTimeSpan
            ? Timeout.InfiniteTimeSpan
            : _options.RequestTimeout + timeMore;
        return RunAsync(timeMax, ReadAsync, cancellationToken);

        async ValueTask<T> ReadAsync(CancellationToken token)
        {
            using HttpResponseMessage response = await SendAsync(request, token).ConfigureAwait(false);
            Stream body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            await using Stream counted = received is null ? body : new CountingStream(body, received);
            return response.IsSuccessStatusCode
                ? await receive(response, counted, token).ConfigureAwait(false)
                : throw await RefusalAsync(response, counted, token).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a request and returns as soon as the head of a success is here: only that has to come in time.</summary>
    public ValueTask<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        return RunAsync(_options.RequestTimeout, ReadHeadAsync, cancellationToken);

        async ValueTask<HttpResponseMessage> ReadHeadAsync(CancellationToken token)
        {
            HttpResponseMessage response = await SendAsync(request, token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                await using Stream body = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
                throw await RefusalAsync(response, body, token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Refuses a success that carries something else than was asked for.</summary>
    public void RequireMediaType(HttpResponseMessage response, string expected)
    {
        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        if (!string.Equals(mediaType, expected, StringComparison.OrdinalIgnoreCase))
        {
            throw HttpFailures.NoMessage(
                PeerName, $"{(int)response.StatusCode} with the media type '{mediaType}', expected '{expected}'.");
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpClient client = _client();
        request.Version = client.DefaultRequestVersion;
        request.VersionPolicy = client.DefaultVersionPolicy;
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    private async ValueTask<SyncException> RefusalAsync(
        HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        Problem problem = await Problem.ReadAsync(response.Content, body, cancellationToken).ConfigureAwait(false);
        return HttpFailures.Of(response.StatusCode, problem, RetryAfter.Of(response, _time), PeerName);
    }

    private async ValueTask<T> RunAsync<T>(
        TimeSpan timeMax, Func<CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(timeMax, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await run(both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (SyncException or ArgumentException or ObjectDisposedException))
        {
            // The linked token means nothing to the caller; its own does.
            cancellationToken.ThrowIfCancellationRequested();
            throw Translate(exception, timeMax);
        }
    }

    private SyncException Translate(Exception exception, TimeSpan timeMax) => exception switch
    {
        OperationCanceledException => HttpFailures.Timeout(PeerName, timeMax, exception),
        HttpRequestException http => HttpFailures.Of(http, PeerName),
        IOException => HttpFailures.Unreachable($"The connection to the hub {PeerName} broke off", exception),

        // Handlers that an app adds throw what they like (an open circuit breaker, say); callers of a transport know one kind.
        _ => HttpFailures.Unreachable($"The request to the hub {PeerName} was not sent", exception),
    };
}
