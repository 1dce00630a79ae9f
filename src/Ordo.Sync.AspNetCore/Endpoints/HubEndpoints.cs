using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>
/// The hub's endpoints: bytes in, a right checked, the responder asked, bytes out; every failure a refusal. What a sync means
/// is decided in <see cref="Replication.Responder.ReplicaResponder"/>.
/// </summary>
internal sealed class HubEndpoints(
    SyncHub hub, LiveEndpoint live, IOptions<HubOptions> options, ILogger<HubEndpoints> logger)
{
    private const string StatusJson = """{"product":"Ordo.Sync","versionMin":1,"versionMax":1}""";

    private readonly HubOptions _options = options.Value;

    private delegate ValueTask Answer(HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken ct);

    public Task HelloAsync(HttpContext context) => AnswerAsync(context, "hello", AnswerHelloAsync);

    public Task PullAsync(HttpContext context) => AnswerAsync(context, "pull", AnswerPullAsync);

    public Task PushAsync(HttpContext context) => AnswerAsync(context, "push", AnswerPushAsync);

    /// <summary>Tells a listener of changes until one of both has enough.</summary>
    public async Task ListenAsync(HttpContext context)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        try
        {
            using MessageBuffer request = await RequestBody
                .ReadAsync(context.Request, _options.RequestBytesMax, cancellationToken).ConfigureAwait(false);
            await live.ListenAsync(context, ListenCodec.ReadRequest(request.WrittenMemory), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            HubLog.CallerGone(logger, "listen");
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, "listen", exception).ConfigureAwait(false);
        }
    }

    /// <summary>Says that a hub is here and which versions of the protocol it speaks; nothing else.</summary>
    public static Task StatusAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(StatusJson, context.RequestAborted);
    }

    private async ValueTask AnswerHelloAsync(
        HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken cancellationToken)
    {
        HelloRequest message = HelloCodec.ReadRequest(request.WrittenMemory);
        HelloResponse answer = await hub.ResponderFor(ScopeRights.None)
            .HelloAsync(message, PrincipalOf(context), cancellationToken).ConfigureAwait(false);
        HelloCodec.Write(response, answer);
    }

    private async ValueTask AnswerPullAsync(
        HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken cancellationToken)
    {
        PullRequest message = PullCodec.ReadRequest(request.WrittenMemory);
        ScopeRights rights = await RequireAsync(
            context, message.Scope, ScopeRights.Read, cancellationToken).ConfigureAwait(false);
        PullResponse answer = await hub.ResponderFor(rights)
            .PullAsync(message, cancellationToken).ConfigureAwait(false);
        PullCodec.Write(response, answer);
    }

    private async ValueTask AnswerPushAsync(
        HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken cancellationToken)
    {
        // A store may keep the payloads it is given: they get bytes of their own, not those of the pool.
        PushRequest message = PushCodec.ReadRequest(request.WrittenMemory.ToArray());
        ScopeRights rights = await RequireAsync(
            context, message.Scope, ScopeRights.Write, cancellationToken).ConfigureAwait(false);
        PushResponse answer = await hub.ResponderFor(rights)
            .PushAsync(message, CallerOf(context, rights), sink: null, cancellationToken).ConfigureAwait(false);
        PushCodec.Write(response, answer);
    }

    private string PrincipalOf(HttpContext context) => _options.PrincipalName(context.User);

    private PushCaller CallerOf(HttpContext context, ScopeRights rights) =>
        new(PrincipalOf(context)) { MayApprove = rights.HasFlag(ScopeRights.Approve) };

    private static async ValueTask<ScopeRights> RequireAsync(
        HttpContext context, string scope, ScopeRights required, CancellationToken cancellationToken)
    {
        IScopeAuthorizer authorizer = context.RequestServices.GetRequiredService<IScopeAuthorizer>();
        ScopeRights rights = await authorizer
            .AuthorizeAsync(context.User, ScopeLane.ScopeOf(scope), cancellationToken).ConfigureAwait(false);
        if (rights == ScopeRights.None)
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

    private async Task AnswerAsync(HttpContext context, string operation, Answer answer)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        try
        {
            using MessageBuffer request = await RequestBody
                .ReadAsync(context.Request, _options.RequestBytesMax, cancellationToken).ConfigureAwait(false);
            using var response = new MessageBuffer(ProtocolLimits.MessageBytesMax, "response");
            await answer(context, request, response, cancellationToken).ConfigureAwait(false);
            int sent = await ResponseBody.WriteAsync(
                context, response, _options.CompressResponsesFromBytes, cancellationToken).ConfigureAwait(false);
            HubLog.Answered(logger, operation, request.WrittenCount, sent);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            HubLog.CallerGone(logger, operation);
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            HubLog.ResponseBroken(logger, operation, exception);
            context.Abort();
        }
        catch (Exception exception)
        {
            await RefuseAsync(context, operation, exception).ConfigureAwait(false);
        }
    }

    private async Task RefuseAsync(HttpContext context, string operation, Exception exception)
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
    }

    private static SyncErrorCode CodeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => SyncErrorCode.TooLarge,
        StatusCodes.Status408RequestTimeout => SyncErrorCode.Timeout,
        _ => SyncErrorCode.Malformed,
    };
}
