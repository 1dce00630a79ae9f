using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.AspNetCore.Upstream;

/// <summary>What a hub logs of the hub above: event ids 5040 to 5059.</summary>
internal static partial class UpstreamLog
{
    [LoggerMessage(5040, LogLevel.Information, "The hub above, {Peer}, has answered: replica {Replica}")]
    public static partial void Greeted(ILogger logger, string peer, ReplicaId replica);

    [LoggerMessage(5041, LogLevel.Debug, "Synced {Scope} with the hub above: {Result}, {PushedCount} sent, {PulledCount} received")]
    public static partial void Synced(ILogger logger, string scope, SessionResult result, int pushedCount, int pulledCount);

    [LoggerMessage(5042, LogLevel.Warning, "The scope {Scope} could not be synced with the hub above ({Code}): {Reason}")]
    public static partial void ScopeFailed(ILogger logger, string scope, SyncErrorCode code, string reason);

    [LoggerMessage(5043, LogLevel.Warning, "The hub above, {Peer}, cannot be synced with ({Code}); it will be tried again: {Reason}")]
    public static partial void Failed(ILogger logger, string peer, SyncErrorCode code, string reason);

    [LoggerMessage(5044, LogLevel.Debug, "The live connection to {Peer} ended ({Code}); it will be made again")]
    public static partial void LiveEnded(ILogger logger, string peer, SyncErrorCode code);
}
