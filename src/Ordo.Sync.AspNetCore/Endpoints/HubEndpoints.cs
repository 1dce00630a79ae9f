using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.AspNetCore.Health;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>
/// The hub's endpoints: bytes in, a right checked, the responder asked, bytes out; every failure a refusal. What a sync means
/// is decided in <see cref="Replication.Responder.ReplicaResponder"/>.
/// </summary>
internal sealed class HubEndpoints(
    SyncHub hub,
    LiveEndpoint live,
    RequestLimiter limiter,
    PrincipalQuota quota,
    HubInstruments instruments,
    IOptions<HubOptions> options,
    ILogger<HubEndpoints> logger)
{
    private const string StatusJson = """{"product":"Ordo.Sync","versionMin":1,"versionMax":1}""";

    private readonly HubOptions _options = options.Value;

    private delegate ValueTask Answer(HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken ct);

    public Task HelloAsync(HttpContext context) => AnswerAsync(context, "hello", AnswerHelloAsync);

    public Task PullAsync(HttpContext context) => AnswerAsync(context, "pull", AnswerPullAsync);

    public Task PushAsync(HttpContext context) => AnswerAsync(context, "push", AnswerPushAsync);

    public Task ReconcileAsync(HttpContext context) => AnswerAsync(context, "reconcile", AnswerReconcileAsync);

    public Task ReadRecordsAsync(HttpContext context) => AnswerAsync(context, "records", AnswerRecordsAsync);

    /// <summary>Tells a listener of changes until one of both has enough.</summary>
    public async Task ListenAsync(HttpContext context)
    {
        CancellationToken cancellationToken = context.RequestAborted;
        try
        {
            limiter.Count(PrincipalOf(context));
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
            await HubAnswer.RefuseAsync(context, "listen", exception, logger).ConfigureAwait(false);
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
        ScopeRights rights = await HubAnswer.RequireAsync(
            context, message.Scope, ScopeRights.Read, cancellationToken).ConfigureAwait(false);
        hub.Note(message.Scope);
        PullResponse answer = await hub.ResponderFor(rights)
            .PullAsync(message, PrincipalOf(context), cancellationToken).ConfigureAwait(false);
        PullCodec.Write(response, answer);
    }

    private async ValueTask AnswerPushAsync(
        HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken cancellationToken)
    {
        // A store may keep the payloads it is given: they get bytes of their own, not those of the pool.
        PushRequest message = PushCodec.ReadRequest(request.WrittenMemory.ToArray());
        ScopeRights rights = await HubAnswer.RequireAsync(
            context, message.Scope, ScopeRights.Write, cancellationToken).ConfigureAwait(false);
        quota.Count(PrincipalOf(context), rights, message.Page.Length);
        PushResponse answer = await hub.ResponderFor(rights)
            .PushAsync(message, CallerOf(context, rights), sink: null, cancellationToken).ConfigureAwait(false);
        instruments.OnOutcomes(answer.Outcomes);
        PushCodec.Write(response, answer);
    }

    private async ValueTask AnswerReconcileAsync(
        HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken cancellationToken)
    {
        ReconcileRequest message = ReconcileCodec.ReadRequest(request.WrittenMemory);
        ScopeRights rights = await HubAnswer.RequireAsync(
            context,
            message.Scope,
            message.Settles ? ScopeRights.Read | ScopeRights.Write : ScopeRights.Read,
            cancellationToken).ConfigureAwait(false);
        ReconcileResponse answer = await hub.ResponderFor(rights)
            .ReconcileAsync(message, cancellationToken).ConfigureAwait(false);
        if (answer.IsSettled)
        {
            HubLog.DigestSettled(logger, message.Scope, message.Replica);
        }

        ReconcileCodec.Write(response, answer);
    }

    private async ValueTask AnswerRecordsAsync(
        HttpContext context, MessageBuffer request, MessageBuffer response, CancellationToken cancellationToken)
    {
        RecordsRequest message = RecordsCodec.ReadRequest(request.WrittenMemory);
        ScopeRights rights = await HubAnswer.RequireAsync(
            context, message.Scope, ScopeRights.Read, cancellationToken).ConfigureAwait(false);
        RecordsResponse answer = await hub.ResponderFor(rights)
            .ReadRecordsAsync(message, cancellationToken).ConfigureAwait(false);
        RecordsCodec.Write(response, answer);
    }

    private string PrincipalOf(HttpContext context) => _options.PrincipalName(context.User);

    private PushCaller CallerOf(HttpContext context, ScopeRights rights) =>
        new(PrincipalOf(context)) { MayApprove = rights.HasFlag(ScopeRights.Approve) };

    private Task AnswerAsync(HttpContext context, string operation, Answer answer) =>
        HubAnswer.RunAsync(context, operation, logger, async cancellationToken =>
        {
            // Before the body is read: who sends too much should cost as little as can be.
            limiter.Count(PrincipalOf(context));
            using MessageBuffer request = await RequestBody
                .ReadAsync(context.Request, _options.RequestBytesMax, cancellationToken).ConfigureAwait(false);
            using var response = new MessageBuffer(ProtocolLimits.MessageBytesMax, "response");
            await answer(context, request, response, cancellationToken).ConfigureAwait(false);
            int sent = await ResponseBody.WriteAsync(
                context, response, _options.CompressResponsesFromBytes, cancellationToken).ConfigureAwait(false);
            HubLog.Answered(logger, operation, request.WrittenCount, sent);
        });
}
