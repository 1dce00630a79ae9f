using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;

namespace Ordo.Sync.AspNetCore;

/// <summary>What the hub logs: event ids 5000 to 5099. Never payloads, keys or tokens.</summary>
internal static partial class HubLog
{
    [LoggerMessage(5000, LogLevel.Information,
        "The hub's store {Store} is open: replica {Replica}, {CollectionCount} collections known")]
    public static partial void Opened(ILogger logger, string store, ReplicaId replica, int collectionCount);

    [LoggerMessage(5012, LogLevel.Information, "This device answers others from its store {Store}: replica {Replica}")]
    public static partial void DeviceAnswers(ILogger logger, string store, ReplicaId replica);

    [LoggerMessage(5001, LogLevel.Critical, "The hub's store {Store} cannot be opened; the host stops")]
    public static partial void OpenFailed(ILogger logger, string store, Exception exception);

    [LoggerMessage(5002, LogLevel.Debug, "{Operation} answered: {BytesIn} bytes in, {BytesOut} out")]
    public static partial void Answered(ILogger logger, string operation, int bytesIn, int bytesOut);

    [LoggerMessage(5003, LogLevel.Information, "{Operation} refused with {Status}: {Code}")]
    public static partial void Refused(ILogger logger, string operation, int status, SyncErrorCode code);

    [LoggerMessage(5004, LogLevel.Error, "{Operation} failed")]
    public static partial void Failed(ILogger logger, string operation, Exception exception);

    [LoggerMessage(5005, LogLevel.Debug, "{Operation} ended: the caller has gone")]
    public static partial void CallerGone(ILogger logger, string operation);

    [LoggerMessage(5006, LogLevel.Warning, "{Operation} failed in the middle of its response; the connection is cut")]
    public static partial void ResponseBroken(ILogger logger, string operation, Exception exception);

    [LoggerMessage(5007, LogLevel.Warning,
        "The digest kept of the scope {Scope} did not belong to its records: something altered them behind the store's back. The "
        + "replica {Replica} found and mended it; the digest is right again. Check the hub's disk")]
    public static partial void DigestSettled(ILogger logger, string scope, ReplicaId replica);

    [LoggerMessage(5010, LogLevel.Warning, "The hub's store {Store} took a new incarnation: {Reason}")]
    public static partial void Renewed(ILogger logger, string store, string reason);

    [LoggerMessage(5008, LogLevel.Information, "Forgot {Count} deletes that everybody knows, in {ScopeCount} scopes")]
    public static partial void Forgot(ILogger logger, int count, int scopeCount);

    [LoggerMessage(5014, LogLevel.Information, "Discarded {Count} transfers that nobody went on with")]
    public static partial void DiscardedTransfers(ILogger logger, int count);

    [LoggerMessage(5009, LogLevel.Error, "Collecting tombstones or abandoned transfers failed; it will be tried again")]
    public static partial void ForgettingFailed(ILogger logger, Exception exception);

    [LoggerMessage(5011, LogLevel.Information,
        "Compacted the scope {Scope}: its knowledge named {EntriesBefore} replicas and names {EntriesAfter}; {RecordCount} records "
        + "were written anew")]
    public static partial void Compacted(ILogger logger, string scope, int entriesBefore, int entriesAfter, long recordCount);

    [LoggerMessage(5013, LogLevel.Information,
        "Collected {EntryCount} entries written before {WrittenBefore:O} from the history of {RecordCount} records of the scope {Scope}")]
    public static partial void CollectedHistory(
        ILogger logger, string scope, long entryCount, long recordCount, DateTimeOffset writtenBefore);

    [LoggerMessage(5020, LogLevel.Debug,
        "Blobs collected: {DetachedCount} detached, {RemovedCount} removed, {Bytes} bytes freed, {WantedCount} asked for")]
    public static partial void BlobsCollected(
        ILogger logger, int detachedCount, int removedCount, long bytes, int wantedCount);

    [LoggerMessage(5021, LogLevel.Error, "Collecting blobs failed; it will be tried again")]
    public static partial void CollectionFailed(ILogger logger, Exception exception);
}
