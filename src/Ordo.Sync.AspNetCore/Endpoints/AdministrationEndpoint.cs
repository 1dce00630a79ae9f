using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore.Administration;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Transport;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>What a caller with the right to administer a scope may have the hub do.</summary>
internal static class AdministrationEndpoint
{
    /// <summary>Compacts the scope that the query names, and says in JSON what was done.</summary>
    public static Task CompactAsync(HttpContext context)
    {
        ILogger logger = context.RequestServices.GetRequiredService<ILogger<HubEndpoints>>();
        return HubAnswer.RunAsync(context, "compact", logger, async cancellationToken =>
        {
            string scope = context.Request.Query[HttpBinding.ScopeParameter].ToString();
            if (RecordNames.WhyNotSubscribable(scope) is { } why)
            {
                throw new SyncException(SyncErrorCode.Malformed, $"The query names no scope: {why}");
            }

            await HubAnswer.RequireAsync(context, scope, ScopeRights.Administer, cancellationToken).ConfigureAwait(false);
            IHubAdministration administration = context.RequestServices.GetService<IHubAdministration>() ?? throw new SyncException(
                SyncErrorCode.Forbidden,
                "A device answers here, from its own store. Between devices nobody can say for all of them which versions take other names.",
                "Only a hub is compacted.");
            IReadOnlyList<ScopeCompaction> done;
            try
            {
                done = await administration.CompactAsync(scope, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidOperationException exception)
            {
                throw new SyncException(SyncErrorCode.Forbidden, exception.Message, innerException: exception);
            }

            context.Response.ContentType = "application/json";
            context.Response.Headers.CacheControl = "no-store";
            await WriteAsync(context.Response, done, cancellationToken).ConfigureAwait(false);
        });
    }

    private static async Task WriteAsync(
        HttpResponse response, IReadOnlyList<ScopeCompaction> done, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartArray();
        foreach (ScopeCompaction compaction in done)
        {
            writer.WriteStartObject();
            writer.WriteString("scope", compaction.Scope);
            writer.WriteBoolean("isStarted", compaction.IsStarted);
            writer.WriteString("generation", compaction.Generation.ToString());
            writer.WriteNumber("entriesBefore", compaction.EntriesBefore);
            writer.WriteNumber("entriesAfter", compaction.EntriesAfter);
            writer.WriteNumber("records", compaction.RecordCount);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
