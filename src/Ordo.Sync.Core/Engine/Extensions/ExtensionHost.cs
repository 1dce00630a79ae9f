using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Health;
using Ordo.Sync.Engine.Syncing;

namespace Ordo.Sync.Engine.Extensions;

/// <summary>Calls an app's extensions in order, each isolated from the others and from the engine. Thread-safe.</summary>
internal sealed partial class ExtensionHost(
    ImmutableArray<ISyncExtension> extensions, TimeSpan limit, TimeProvider time, ILogger<ExtensionHost> logger)
{
    private long _failureCount;

    public bool IsEmpty => extensions.IsEmpty;

    /// <summary>How often an extension threw or took too long.</summary>
    public long FailureCount => Interlocked.Read(ref _failureCount);

    /// <summary>Asks whether a sync may begin; the first reason against it counts.</summary>
    public async ValueTask<string?> BeforeSyncAsync(SyncContext context, CancellationToken cancellationToken)
    {
        foreach (ISyncExtension extension in extensions)
        {
            string? reason = null;
            await CallAsync(
                extension,
                nameof(ISyncExtension.BeforeSyncAsync),
                async token => reason = await extension.BeforeSyncAsync(context, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            if (reason is not null)
            {
                LogVetoed(logger, extension.GetType().Name, reason);
                return $"{extension.GetType().Name}: {reason}";
            }
        }

        return null;
    }

    public ValueTask AfterSyncAsync(SyncContext context, SyncReport report, CancellationToken cancellationToken) => EachAsync(
        nameof(ISyncExtension.AfterSyncAsync),
        (extension, token) => extension.AfterSyncAsync(context, report, token),
        cancellationToken);

    /// <summary>Logs that a store took a new identity, and tells extensions.</summary>
    public ValueTask IdentityRenewedAsync(IdentityRenewal renewal, CancellationToken cancellationToken)
    {
        LogRenewed(logger, renewal.Store, renewal.Replica, renewal.Reason);
        return EachAsync(
            nameof(ISyncExtension.IdentityRenewedAsync),
            (extension, token) => extension.IdentityRenewedAsync(renewal, token),
            cancellationToken);
    }

    public ValueTask BeforeApplyAsync(ApplyContext context, CancellationToken cancellationToken) => EachAsync(
        nameof(ISyncExtension.BeforeApplyAsync),
        (extension, token) => extension.BeforeApplyAsync(context, token),
        cancellationToken);

    public ValueTask AfterApplyAsync(ApplyContext context, CancellationToken cancellationToken) => EachAsync(
        nameof(ISyncExtension.AfterApplyAsync),
        (extension, token) => extension.AfterApplyAsync(context, token),
        cancellationToken);

    private async ValueTask EachAsync(
        string hook, Func<ISyncExtension, CancellationToken, ValueTask> call, CancellationToken cancellationToken)
    {
        foreach (ISyncExtension extension in extensions)
        {
            await CallAsync(extension, hook, token => call(extension, token), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CallAsync(
        ISyncExtension extension,
        string hook,
        Func<CancellationToken, ValueTask> call,
        CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Waited for no longer than the limit; what goes on behind it is told to end.
            await call(ending.Token).AsTask().WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            Interlocked.Increment(ref _failureCount);
            LogFailed(logger, exception, extension.GetType().Name, hook);
            await ending.CancelAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(1103, LogLevel.Warning, "The store {Store} took a new identity, {Replica}; nothing is lost. {Reason}")]
    private static partial void LogRenewed(ILogger logger, string store, ReplicaId replica, string reason);

    [LoggerMessage(1101, LogLevel.Information, "The extension {Extension} vetoed a sync: {Reason}")]
    private static partial void LogVetoed(ILogger logger, string extension, string reason);

    [LoggerMessage(1102, LogLevel.Error, "The extension {Extension} failed in {Hook}; the sync goes on without it.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string extension, string hook);
}
