using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>A refusal as problem details (RFC 9457). Says what went wrong and what to do, never what a record holds.</summary>
/// <param name="Status">The status.</param>
/// <param name="Code">What went wrong, for programs.</param>
/// <param name="Detail">What happened; <see langword="null"/> where that is the hub's own business.</param>
/// <param name="Hint">What to do.</param>
internal sealed record Refusal(int Status, SyncErrorCode Code, string? Detail, string? Hint = null)
{
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The refusal that an error calls for.</summary>
    public static Refusal Of(SyncException exception)
    {
        // What fills up again is too much at once; what does not is too large.
        int status = exception is { Code: SyncErrorCode.QuotaExceeded, RetryAfter: not null }
            ? StatusCodes.Status429TooManyRequests
            : StatusOf(exception.Code);
        if (status >= StatusCodes.Status500InternalServerError && exception.Code != SyncErrorCode.PeerFailed)
        {
            // What ails the hub's store (its files, its disk) is for the hub's log.
            return new Refusal(status, SyncErrorCode.PeerFailed, Detail: null) { RetryAfter = exception.RetryAfter };
        }

        string detail = exception.Message;
        if (exception.Hint is { } hint && detail.EndsWith(hint, StringComparison.Ordinal))
        {
            detail = detail[..^hint.Length].TrimEnd();
        }

        return new Refusal(status, exception.Code, detail, exception.Hint) { RetryAfter = exception.RetryAfter };
    }

    /// <summary>Writes the refusal as the response, which must not have begun.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = Status;
        response.ContentType = HttpBinding.ProblemMediaType;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } wait)
        {
            double seconds = Math.Ceiling(Math.Max(wait.TotalSeconds, 0));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        using var body = new MessageBuffer(64 * 1024, "refusal");
        using (var writer = new Utf8JsonWriter(body))
        {
            Write(writer);
        }

        response.ContentLength = body.WrittenCount;
        await response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The status of an error; a storage error is a failure of the hub, whichever it is.</summary>
    public static int StatusOf(SyncErrorCode code) => code switch
    {
        SyncErrorCode.Malformed or SyncErrorCode.ProtocolVersion => StatusCodes.Status400BadRequest,
        SyncErrorCode.Unauthorized => StatusCodes.Status401Unauthorized,
        SyncErrorCode.Forbidden or SyncErrorCode.ScopeRevoked or SyncErrorCode.IdentityRefused => StatusCodes.Status403Forbidden,
        SyncErrorCode.NotFound or SyncErrorCode.BlobMissing => StatusCodes.Status404NotFound,
        SyncErrorCode.BaseMissing or SyncErrorCode.SenderBehind or SyncErrorCode.TransferVoid
            or SyncErrorCode.StrategyMismatch or SyncErrorCode.DigestMismatch or SyncErrorCode.ClockSkew
            or SyncErrorCode.GenerationMismatch => StatusCodes.Status409Conflict,
        SyncErrorCode.TooLarge or SyncErrorCode.QuotaExceeded => StatusCodes.Status413PayloadTooLarge,
        SyncErrorCode.BlobDamaged => StatusCodes.Status422UnprocessableEntity,
        SyncErrorCode.Throttled => StatusCodes.Status429TooManyRequests,
        SyncErrorCode.StoreLocked or SyncErrorCode.StoreFull or SyncErrorCode.StoreUnavailable or SyncErrorCode.StoreBusy
            or SyncErrorCode.PeerFailed or SyncErrorCode.Unreachable or SyncErrorCode.Timeout =>
            StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "about:blank");
        writer.WriteString("title", Code.ToString());
        writer.WriteNumber("status", Status);
        if (Detail is not null)
        {
            writer.WriteString("detail", Detail);
        }

        if (Hint is not null)
        {
            writer.WriteString(HttpBinding.HintMember, Hint);
        }

        writer.WriteNumber(HttpBinding.CodeMember, (int)Code);
        writer.WriteEndObject();
    }
}
