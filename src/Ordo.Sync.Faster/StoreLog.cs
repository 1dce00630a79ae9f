using Microsoft.Extensions.Logging;

namespace Ordo.Sync.Faster;

/// <summary>What a store tells its operators.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(3100, LogLevel.Information,
        "The store {Store} is open: {Records} records, commit {Commit}, from checkpoint {Checkpoint} and {Frames} commits of the log")]
    public static partial void Opened(ILogger logger, string store, long records, long commit, long checkpoint, long frames);

    [LoggerMessage(3101, LogLevel.Warning,
        "The log of the store {Store} ends in {Bytes} bytes of a commit that was being written when the process or the power "
        + "ended; they are cut off behind commit {Commit}")]
    public static partial void TornTail(ILogger logger, string store, long bytes, long commit);

    [LoggerMessage(3102, LogLevel.Error,
        "The checkpoint {Checkpoint} of the store {Store} is damaged ({Reason}); the store is rebuilt from what stood before it and the log")]
    public static partial void DamagedCheckpoint(ILogger logger, string store, long checkpoint, string reason);

    [LoggerMessage(3103, LogLevel.Debug, "The store {Store} has a checkpoint of commit {Commit}: {Bytes} bytes")]
    public static partial void Checkpointed(ILogger logger, string store, long commit, long bytes);

    [LoggerMessage(3104, LogLevel.Error,
        "The store {Store} cannot be maintained; it works on, but its log grows until a checkpoint succeeds")]
    public static partial void MaintenanceFailed(ILogger logger, Exception exception, string store);

    [LoggerMessage(3105, LogLevel.Warning, "The store {Store} could not say in its log that it was closed")]
    public static partial void CloseFailed(ILogger logger, Exception exception, string store);

    [LoggerMessage(3106, LogLevel.Debug, "The store {Store} gave back {Bytes} bytes of superseded values")]
    public static partial void Cleaned(ILogger logger, string store, long bytes);
}
