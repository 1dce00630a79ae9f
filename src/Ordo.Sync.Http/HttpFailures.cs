using System.Net;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Http;

/// <summary>What goes wrong on the way to a hub, as the one exception that the transport's callers know.</summary>
internal static class HttpFailures
{
    private const string NotAHub =
        "Check the hub's address, and whether something in between (a proxy, a sign-in page of the network) answered instead.";

    /// <summary>A request that got no response, or no whole one.</summary>
    public static SyncException Of(HttpRequestException exception, string peer) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => Unreachable($"The name of the hub {peer} is not known", exception),
        HttpRequestError.ConnectionError => Unreachable($"No connection to the hub {peer}", exception),
        HttpRequestError.SecureConnectionError => new SyncException(
            SyncErrorCode.Unreachable,
            $"No secure connection to the hub {peer}: {exception.Message}",
            "Check the hub's certificate and this device's clock.",
            exception),
        HttpRequestError.ProxyTunnelError or HttpRequestError.UserAuthenticationError => new SyncException(
            SyncErrorCode.Unreachable,
            $"A proxy refuses the way to the hub {peer}: {exception.Message}",
            "Check the proxy's settings.",
            exception),
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
            or HttpRequestError.ExtendedConnectNotSupported or HttpRequestError.VersionNegotiationError => new SyncException(
            SyncErrorCode.Malformed, $"The answer of {peer} is not HTTP: {exception.Message}", NotAHub, exception),
        _ => Unreachable($"The connection to the hub {peer} broke off", exception),
    };

    /// <summary>A connection that broke while the response came.</summary>
    public static SyncException Unreachable(string what, Exception exception) =>
        new(SyncErrorCode.Unreachable, $"{what}: {exception.Message}", innerException: exception);

    /// <summary>A response that did not come in time.</summary>
    public static SyncException Timeout(string peer, TimeSpan timeout, Exception exception) => new(
        SyncErrorCode.Timeout,
        timeout == System.Threading.Timeout.InfiniteTimeSpan
            ? $"The hub {peer} did not answer in time."
            : $"The hub {peer} did not answer within {timeout.TotalSeconds:0.#} seconds.",
        innerException: exception);

    /// <summary>A success that does not carry a message.</summary>
    public static SyncException NoMessage(string peer, string why, Exception? exception = null) =>
        new(SyncErrorCode.Malformed, $"The answer of {peer} is no message of the protocol: {why}", NotAHub, exception);

    /// <summary>A refusal; what the hub says of it comes first, else the status speaks.</summary>
    public static SyncException Of(HttpStatusCode status, Problem problem, TimeSpan? retryAfter, string peer)
    {
        (SyncErrorCode code, string? hint) = OfStatus(status);
        if (problem.Code is { } named)
        {
            (code, hint) = (named, null);
        }

        string what = problem.Detail is { Length: > 0 } detail
            ? $"The hub {peer} answered {(int)status}: {detail}"
            : $"The hub {peer} answered {(int)status}.";
        return new SyncException(code, what, problem.Hint ?? hint) { RetryAfter = retryAfter };
    }

    private static (SyncErrorCode Code, string? Hint) OfStatus(HttpStatusCode status) => (int)status switch
    {
        401 => (SyncErrorCode.Unauthorized, "Sign in again; nothing is lost meanwhile."),
        403 => (SyncErrorCode.Forbidden, "Ask whoever runs the hub for the right in this scope."),
        404 or 405 or 410 => (SyncErrorCode.NotFound, "Check the hub's address."),
        >= 300 and < 400 => (SyncErrorCode.NotFound, "The address leads elsewhere. Check the hub's address."),
        407 => (SyncErrorCode.Unreachable, "A proxy wants credentials. Check the proxy's settings."),
        408 => (SyncErrorCode.Timeout, null),
        413 => (SyncErrorCode.TooLarge, "Raise the limits of the hub (and of any proxy before it), or write smaller records."),
        426 or 505 => (SyncErrorCode.ProtocolVersion, "Upgrade the older side."),
        429 => (SyncErrorCode.Throttled, null),
        >= 500 and < 600 => (SyncErrorCode.PeerFailed, null),
        _ => (SyncErrorCode.Malformed, NotAHub),
    };
}
