using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.AspNetCore.Blobs;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>
/// The hub's endpoints of blobs: a right checked in the scope that the request names, then the responder asked. Chunks stream:
/// no request or response of one is ever in memory as a whole.
/// </summary>
internal sealed class BlobEndpoints(
    HubBlobs blobs, RequestLimiter limiter, PrincipalQuota quota, IOptions<HubOptions> options, ILogger<BlobEndpoints> logger)
{
    private const int CopyBufferBytes = 128 * 1024;

    private readonly HubOptions _options = options.Value;

    public Task OfferAsync(HttpContext context) => RunAsync(context, "blob offer", async cancellationToken =>
    {
        using MessageBuffer request = await RequestBody
            .ReadAsync(context.Request, ProtocolLimits.MessageBytesMax, cancellationToken).ConfigureAwait(false);
        BlobOffer offer = BlobCodec.ReadOffer(request.WrittenMemory);
        await HubAnswer.RequireAsync(context, offer.Scope, ScopeRights.Write, cancellationToken).ConfigureAwait(false);
        BlobOfferAnswer answer = await blobs.Responder.OfferAsync(offer, cancellationToken).ConfigureAwait(false);
        using var response = new MessageBuffer(ProtocolLimits.MessageBytesMax, "response");
        BlobCodec.Write(response, answer);
        await ResponseBody.WriteAsync(context, response, int.MaxValue, cancellationToken).ConfigureAwait(false);
    });

    public Task PutChunkAsync(HttpContext context) => RunAsync(context, "blob chunk", async cancellationToken =>
    {
        (string scope, BlobId blob, int index) = ReadChunkName(context.Request);
        ScopeRights rights = await HubAnswer
            .RequireAsync(context, scope, ScopeRights.Write, cancellationToken).ConfigureAwait(false);
        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            throw new UnsupportedBodyException("Chunks are not compressed.");
        }

        // Bounded before a byte is read, also for a body without a length: the chunk ends it, and this ends what does not end.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = BlobLimits.ChunkBytesMax + 1;
        }

        quota.Count(
            _options.PrincipalName(context.User), rights, context.Request.ContentLength ?? BlobLimits.ChunkBytesMax);
        using IDisposable place = blobs.TakePlace();
        await blobs.Responder.PutChunkAsync(
            scope, blob, index, context.Request.Body, context.Request.ContentLength, cancellationToken).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    public Task GetChunkAsync(HttpContext context) => RunAsync(context, "blob chunk", async cancellationToken =>
    {
        (string scope, BlobId blob, int index) = ReadChunkName(context.Request);
        await HubAnswer.RequireAsync(context, scope, ScopeRights.Read, cancellationToken).ConfigureAwait(false);
        using IDisposable place = blobs.TakePlace();
        (Stream content, BlobChunk chunk) = await blobs.Responder
            .OpenChunkAsync(scope, blob, index, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            context.Response.ContentType = HttpBinding.ChunkMediaType;
            context.Response.ContentLength = chunk.Length;
            SetPrivate(context.Response);
            await content.CopyToAsync(context.Response.Body, CopyBufferBytes, cancellationToken).ConfigureAwait(false);
        }
    });

    public Task GetManifestAsync(HttpContext context) =>
        RunAsync(context, "blob manifest", async cancellationToken =>
        {
            string scope = ReadScope(context.Request);
            BlobId blob = ReadBlob(context.Request);
            await HubAnswer.RequireAsync(context, scope, ScopeRights.Read, cancellationToken).ConfigureAwait(false);
            BlobManifest manifest = await blobs.Responder
                .GetManifestAsync(scope, blob, cancellationToken).ConfigureAwait(false);
            byte[] body = BlobManifestCodec.Encode(manifest);
            context.Response.ContentType = HttpBinding.MediaType;
            context.Response.ContentLength = body.Length;
            SetPrivate(context.Response);
            await context.Response.Body.WriteAsync(body, cancellationToken).ConfigureAwait(false);
        });

    public Task ListWantedAsync(HttpContext context) =>
        RunAsync(context, "wanted blobs", async cancellationToken =>
        {
            string scope = ReadScope(context.Request);
            await HubAnswer.RequireAsync(context, scope, ScopeRights.Write, cancellationToken).ConfigureAwait(false);
            using var response = new MessageBuffer(ProtocolLimits.MessageBytesMax, "response");
            BlobCodec.Write(response, await blobs.Responder.ListWantedAsync(scope, cancellationToken).ConfigureAwait(false));
            await ResponseBody.WriteAsync(context, response, _options.CompressResponsesFromBytes, cancellationToken)
                .ConfigureAwait(false);
        });

    private Task RunAsync(HttpContext context, string operation, Func<CancellationToken, Task> answer) =>
        HubAnswer.RunAsync(context, operation, logger, cancellationToken =>
        {
            limiter.Count(_options.PrincipalName(context.User));
            return answer(cancellationToken);
        });

    private static (string Scope, BlobId Blob, int Index) ReadChunkName(HttpRequest request)
    {
        string? index = request.Query[HttpBinding.IndexParameter];
        return int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (ReadScope(request), ReadBlob(request), number)
            : throw Malformed($"'{HttpBinding.IndexParameter}' is the number of a chunk.");
    }

    private static string ReadScope(HttpRequest request)
    {
        string? scope = request.Query[HttpBinding.ScopeParameter];
        return RecordNames.WhyNotScope(scope) is { } why ? throw Malformed(why) : scope!;
    }

    // Nothing but 64 digits passes, so nothing of a request ever becomes part of a path.
    private static BlobId ReadBlob(HttpRequest request) =>
        BlobId.TryParse(request.Query[HttpBinding.BlobParameter], out BlobId blob)
            ? blob
            : throw Malformed($"'{HttpBinding.BlobParameter}' has 64 lower-case hexadecimal digits.");

    // What one caller may read another may not: no cache in between may keep it.
    private static void SetPrivate(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    private static SyncException Malformed(string why) =>
        new(SyncErrorCode.Malformed, $"The request does not follow the protocol: {why}");
}
