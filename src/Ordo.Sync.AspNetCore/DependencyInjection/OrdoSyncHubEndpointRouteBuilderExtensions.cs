using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.AspNetCore.Endpoints;
using Ordo.Sync.Transport;

#pragma warning disable IDE0130 // Mapping methods stand where every app looks for them.
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Maps a hub's endpoints.</summary>
public static class OrdoSyncHubEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the hub below a prefix. What it returns takes conventions for all of its endpoints: <c>RequireAuthorization()</c>,
    /// <c>RequireRateLimiting(…)</c>, <c>RequireHost(…)</c>.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="prefix">The path that devices are given as the hub's address, as in <c>/sync</c>.</param>
    /// <exception cref="InvalidOperationException">The app has no hub: <c>AddOrdoSyncHub</c> was not called.</exception>
    public static IEndpointConventionBuilder MapOrdoSync(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string prefix)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        HubEndpoints hub = endpoints.ServiceProvider.GetService<HubEndpoints>() ?? throw new InvalidOperationException(
            "MapOrdoSync needs services.AddOrdoSyncHub(…) before the app is built.");
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        group.MapPost(HttpBinding.HelloPath, (RequestDelegate)hub.HelloAsync).WithDisplayName("Ordo.Sync hello");
        group.MapPost(HttpBinding.PullPath, (RequestDelegate)hub.PullAsync).WithDisplayName("Ordo.Sync pull");
        group.MapPost(HttpBinding.PushPath, (RequestDelegate)hub.PushAsync).WithDisplayName("Ordo.Sync push");
        group.MapPost(HttpBinding.ReconcilePath, (RequestDelegate)hub.ReconcileAsync).WithDisplayName("Ordo.Sync reconcile");
        group.MapPost(HttpBinding.RecordsPath, (RequestDelegate)hub.ReadRecordsAsync).WithDisplayName("Ordo.Sync records");
        group.MapPost(HttpBinding.ListenPath, (RequestDelegate)hub.ListenAsync).WithDisplayName("Ordo.Sync listen");
        group.MapPost(HttpBinding.CompactPath, (RequestDelegate)AdministrationEndpoint.CompactAsync)
            .WithDisplayName("Ordo.Sync compact");
        group.MapGet(HttpBinding.StatusPath, (RequestDelegate)HubEndpoints.StatusAsync).WithDisplayName("Ordo.Sync status");
        if (endpoints.ServiceProvider.GetService<BlobEndpoints>() is { } blobs)
        {
            group.MapPost(HttpBinding.BlobOfferPath, (RequestDelegate)blobs.OfferAsync).WithDisplayName("Ordo.Sync blob offer");
            group.MapPut(HttpBinding.BlobChunkPath, (RequestDelegate)blobs.PutChunkAsync).WithDisplayName("Ordo.Sync put chunk");
            group.MapGet(HttpBinding.BlobChunkPath, (RequestDelegate)blobs.GetChunkAsync).WithDisplayName("Ordo.Sync get chunk");
            group.MapGet(HttpBinding.BlobManifestPath, (RequestDelegate)blobs.GetManifestAsync)
                .WithDisplayName("Ordo.Sync blob manifest");
            group.MapGet(HttpBinding.BlobWantedPath, (RequestDelegate)blobs.ListWantedAsync)
                .WithDisplayName("Ordo.Sync wanted blobs");
        }

        return group;
    }
}
