using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Bundles;

/// <inheritdoc cref="IBundles"/>
internal sealed class BundleService(SyncEngine engine, PeerClock clock, EntropySource entropy) : IBundles
{
    public async ValueTask<BundleKnowledge> DescribeAsync(CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        BundleKnowledge knowledge = BundleKnowledge.Nothing;
        foreach (Lane lane in engine.LanesOf(scope: null))
        {
            await using IStoreSnapshot snapshot = await lane.Replica.Store.ReadAsync(cancellationToken).ConfigureAwait(false);
            ScopeState state = await snapshot.GetScopeAsync(lane.Name, cancellationToken).ConfigureAwait(false);
            knowledge = knowledge.With(lane.Name, GlobalVector.From(state.Knowledge, snapshot.Replicas));
        }

        return knowledge;
    }

    public async ValueTask<BundleExportReport> ExportAsync(
        Stream output, BundleExportOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        options ??= new BundleExportOptions();
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        IEnumerable<Lane> lanes = (options.Scopes ?? engine.Subscriptions).SelectMany(engine.LanesOf);
        return await BundleExport.RunAsync(
            output,
            [.. lanes.Select(lane => new BundleSource(lane.Name, lane.Replica.Store, lane.Replica.Catalog))],
            options,
            entropy,
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<BundleImportReport> ImportAsync(
        Stream input, BundleImportOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        options ??= new BundleImportOptions();
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        ImmutableDictionary<string, Lane> lanes = engine.LanesOf(scope: null)
            .ToImmutableDictionary(lane => lane.Name, StringComparer.Ordinal);
        var changes = new Dictionary<string, ChangeCollector>(StringComparer.Ordinal);
        ChangeCollector SinkOf(string scope)
        {
            var sink = new ChangeCollector(engine.Publisher, lanes[scope].Replica.Catalog, ChangeOrigin.Remote);
            changes[scope] = sink;
            return sink;
        }

        DateTimeOffset latest = clock.Now + options.ClockSkewMax;
        var rules = new BundleRules(
            clock.Now,
            HybridTimestamp.FromUnixMilliseconds(latest.ToUnixTimeMilliseconds()),
            lanes.ContainsKey,
            options.TrustedSigners);
        var importer = new BundleImporter(
            scope => (lanes[scope].Replica.Store, lanes[scope].Replica.Catalog), rules, SinkOf)
        {
            Applied = scope =>
            {
                changes[scope].Publish();
                return ValueTask.CompletedTask;
            },
        };
        return await importer.ImportAsync(input, options.Key, cancellationToken).ConfigureAwait(false);
    }
}
