using Microsoft.Extensions.Logging;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Http;

/// <summary>What the HTTP transport logs: event ids 4000 to 4099. Never payloads, never tokens.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(4000, LogLevel.Debug,
        "{Operation} at {Peer}: {BytesSent} bytes sent, {BytesReceived} received, {ElapsedMs:0.0} ms")]
    public static partial void RoundTrip(
        ILogger logger, string operation, string peer, int bytesSent, int bytesReceived, double elapsedMs);

    [LoggerMessage(4001, LogLevel.Debug, "{Operation} at {Peer} failed with {Code} after {ElapsedMs:0.0} ms")]
    public static partial void RoundTripFailed(
        ILogger logger, string operation, string peer, SyncErrorCode code, double elapsedMs);

    [LoggerMessage(4002, LogLevel.Debug, "A fresh access token was fetched; it expires at {ExpiresAt}")]
    public static partial void TokenFetched(ILogger logger, DateTimeOffset? expiresAt);

    [LoggerMessage(4003, LogLevel.Information, "{Host} refused an access token before its time; a fresh one was fetched")]
    public static partial void TokenRefused(ILogger logger, string host);

    [LoggerMessage(4004, LogLevel.Warning, "No fresh access token; the present one still holds until {ExpiresAt}")]
    public static partial void RefreshFailed(ILogger logger, DateTimeOffset? expiresAt, Exception exception);
}
