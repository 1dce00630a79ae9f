using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.AspNetCore.Health;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>What all endpoints share: rights are asked for, and every failure becomes a refusal.</summary>
internal static class HubAnswer
{
    /// <summary>Answers a request; what goes wrong is logged and refused with problem details.</summary>
    public static async Task RunAsync(
        HttpContext context, string operation, ILogger logger, Func<CancellationToken, Task> answer)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        using HubRequest request = context.RequestServices.GetRequiredService<HubInstruments>()
            .Begin(context, operation.Replace(' ', '_'));
        try
        {
            await answer(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            HubLog.CallerGone(logger, operation);
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            HubLog.ResponseBroken(logger, operation, exception);
            request.Fail(SyncErrorCode.Internal);
            context.Abort();
        }
        catch (Exception exception)
        {
            request.Fail(await RefuseAsync(context, operation, exception, logger).ConfigureAwait(false));
        }
    }

    /// <summary>What the caller may do in a scope.</summary>
    /// <exception cref="SyncException">Not what is required.</exception>
    public static async ValueTask<ScopeRights> RequireAsync(
        HttpContext context, string scope, ScopeRights required, CancellationToken cancellationToken)
    {
        IScopeAuthorizer authorizer = context.RequestServices.GetRequiredService<IScopeAuthorizer>();
        ScopeRights rights = await authorizer
            .AuthorizeAsync(context.User, ScopeLane.ScopeOf(scope), cancellationToken).ConfigureAwait(false);
        if (rights == ScopeRights.None && !context.RequestServices.GetRequiredService<SyncHub>().IsDevice)
        {
            throw new SyncException(
                SyncErrorCode.ScopeRevoked,
                $"The caller has no right in the scope '{scope}'.",
                "Ask whoever runs the hub for the right; the device removes the scope meanwhile.");
        }

        return rights.HasFlag(required)
            ? rights
            : throw new SyncException(
                SyncErrorCode.Forbidden,
                $"The caller lacks the right {required} in the scope '{scope}'.",
                "Ask whoever runs the hub for it.");
    }

    /// <summary>Answers with a refusal; the response must not have begun.</summary>
    /// <returns>What went wrong.</returns>
    public static async Task<SyncErrorCode> RefuseAsync(HttpContext context, string operation, Exception exception, ILogger logger)
    {
        Refusal refusal = exception switch
        {
            SyncException sync => Refusal.Of(sync),
            UnsupportedBodyException => new Refusal(
                StatusCodes.Status415UnsupportedMediaType, SyncErrorCode.Malformed, exception.Message),
            BadHttpRequestException bad => new Refusal(
                bad.StatusCode, CodeOf(bad.StatusCode), "The request's body could not be read: " + bad.Message),
            _ => new Refusal(StatusCodes.Status500InternalServerError, SyncErrorCode.PeerFailed, Detail: null),
        };
        if (refusal.Status >= StatusCodes.Status500InternalServerError)
        {
            HubLog.Failed(logger, operation, exception);
        }
        else
        {
            HubLog.Refused(logger, operation, refusal.Status, refusal.Code);
        }

        // Nothing else is cleared: headers that the app's middleware has set belong to refusals too.
        context.Response.Headers.ContentEncoding = default;
        if (refusal.Status == StatusCodes.Status415UnsupportedMediaType)
        {
            context.Response.Headers.AcceptEncoding = $"{MessageCoding.Brotli}, {MessageCoding.Gzip}";
        }

        try
        {
            await refusal.WriteAsync(context).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            HubLog.CallerGone(logger, operation);
        }

        return refusal.Code;
    }

    private static SyncErrorCode CodeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => SyncErrorCode.TooLarge,
        StatusCodes.Status408RequestTimeout => SyncErrorCode.Timeout,
        _ => SyncErrorCode.Malformed,
    };
}
