using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Storage;

namespace Ordo.Sync.AspNetCore.Administration;

/// <inheritdoc cref="IHubAdministration"/>
internal sealed class HubAdministration(
    SyncHub hub, IOptions<HubOptions> options, TimeProvider time, ILogger<HubAdministration> logger) : IHubAdministration
{
    public async ValueTask<int> CollectTombstonesAsync(string? scope, CancellationToken cancellationToken)
    {
        DateTimeOffset seenSince = time.GetUtcNow() - options.Value.TombstoneHorizon;
        await hub.Subscribers.FlushAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> scopes = scope is null ? await ListAsync(cancellationToken).ConfigureAwait(false) : [scope];
        int count = 0;
        int touched = 0;
        foreach (string name in scopes)
        {
            int collected = await TombstoneCollector.CollectAsync(hub.Store, hub.Catalog, name, seenSince, cancellationToken)
                .ConfigureAwait(false);
            count += collected;
            touched += collected > 0 ? 1 : 0;
        }

        if (count > 0)
        {
            HubLog.Forgot(logger, count, touched);
        }

        return count;
    }

    private async ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.ListScopesAsync(cancellationToken).ConfigureAwait(false);
    }
}
