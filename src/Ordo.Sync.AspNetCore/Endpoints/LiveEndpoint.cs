using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>
/// Tells listeners at once which scopes changed, as server-sent events. A connection ends after a while and is made anew, so that
/// rights are asked again.
/// </summary>
internal sealed class LiveEndpoint(SyncHub hub, IOptions<HubOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly HubOptions _options = options.Value;
    private int _count;

    /// <summary>The connections there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Answers a request to listen, until the caller goes or its time is over.</summary>
    public async ValueTask ListenAsync(HttpContext context, ListenRequest request, CancellationToken cancellationToken)
    {
        ChangeBroadcaster changes = hub.Changes;
        List<string> scopes = await AllowedAsync(context, request, cancellationToken).ConfigureAwait(false);
        using ChangeSubscription subscription = changes.Subscribe(scopes, request.Replicas);
        context.Response.ContentType = HttpBinding.EventsMediaType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        Interlocked.Increment(ref _count);
        try
        {
            await WriteAsync(context, ": listening\n\n", cancellationToken).ConfigureAwait(false);
            long began = time.GetTimestamp();
            while (time.GetElapsedTime(began) < _options.LiveConnectionLifetime)
            {
                IReadOnlyCollection<string> changed = await subscription
                    .TakeAsync(Heartbeat, cancellationToken).ConfigureAwait(false);
                string events = changed.Count == 0
                    ? ": still here\n\n"
                    : string.Concat(changed.Select(scope => $"data: \"{JsonEncodedText.Encode(scope)}\"\n\n"));
                await WriteAsync(context, events, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    // Scopes the caller may not read are left out without a word: its next pull says why.
    private static async ValueTask<List<string>> AllowedAsync(
        HttpContext context, ListenRequest request, CancellationToken cancellationToken)
    {
        IScopeAuthorizer authorizer = context.RequestServices.GetRequiredService<IScopeAuthorizer>();
        var allowed = new List<string>(request.Scopes.Length);
        foreach (string scope in request.Scopes)
        {
            ScopeRights rights = await authorizer
                .AuthorizeAsync(context.User, ScopeLane.ScopeOf(scope), cancellationToken).ConfigureAwait(false);
            if (rights.HasFlag(ScopeRights.Read))
            {
                allowed.Add(scope);
            }
        }

        return allowed;
    }

    private static async ValueTask WriteAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.WriteAsync(text, cancellationToken).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
