using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Ordo.Sync.Errors;

namespace Ordo.Sync.S3.Objects;

/// <summary>What goes wrong with object storage, as the one exception that callers know.</summary>
internal static class ObjectFailures
{
    private static readonly HashSet<string> NoRoom = new(StringComparer.OrdinalIgnoreCase)
    {
        "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage", "NoSpace",
    };

    private static readonly HashSet<string> Busy = new(StringComparer.OrdinalIgnoreCase)
    {
        "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "Throttling", "OperationAborted", "ConditionalRequestConflict",
    };

    public static bool IsExpected(Exception exception) => exception
        is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TaskCanceledException;

    public static SyncException Of(Exception exception, string store) => exception switch
    {
        AmazonS3Exception { ErrorCode: { } code } full when NoRoom.Contains(code)
            || full.StatusCode == HttpStatusCode.InsufficientStorage => new SyncException(
                SyncErrorCode.StoreFull,
                $"There is no room in {store}: {full.Message}",
                "Free some space; what is there already stays, and the transfer goes on from it.",
                full),
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } gone => new SyncException(
            SyncErrorCode.StoreUnavailable, $"The bucket of {store} does not exist.", "Make it; the library makes none.", gone),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } refused => new SyncException(
            SyncErrorCode.StoreUnavailable,
            $"{store} refuses this key: {refused.Message}",
            "It needs to list the bucket, and to get, put, copy and delete its objects.",
            refused),
        AmazonServiceException busy when (int)busy.StatusCode >= 500
            || busy.StatusCode == HttpStatusCode.TooManyRequests
            || (busy.ErrorCode is { } code && Busy.Contains(code)) => Away(store, busy),
        AmazonServiceException other => new SyncException(
            SyncErrorCode.StoreUnavailable,
            $"{store} refuses a request ({(int)other.StatusCode} {other.ErrorCode}): {other.Message}",
            hint: null,
            other),
        _ => Away(store, exception),
    };

    public static SyncException QuotaExceeded(string store, string what) => new(
        SyncErrorCode.QuotaExceeded, $"The blob store {store} is at its quota: {what}.", "Remove blobs, or raise the quota.");

    private static SyncException Away(string store, Exception cause) => new(
        SyncErrorCode.StoreBusy, $"{store} does not answer at the moment: {cause.Message}", "Try again later.", cause);
}
