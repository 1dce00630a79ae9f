using Ordo.Sync.Engine.Sessions;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Network;
using Ordo.Sync.Testing.Simulation.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Testing.Simulation;

/// <summary>A hub of a simulated world: devices bring it their own versions, other hubs anybody's.</summary>
public sealed class SimulatedHub : SimulatedNode
{
    private readonly Dictionary<SimulatedNode, ISyncTransport> _listening = [];
    private readonly ResponderOptions _options;
    private CollectionCatalog? _catalog;
    private ReplicaResponder? _forDevices;
    private ReplicaResponder? _forHubs;

    internal SimulatedHub(SimulatedWorld world, string name, ISimulatedMedium medium, ResponderOptions options)
        : base(world, name, medium) => _options = options;

    internal override CollectionCatalog Catalog =>
        _catalog ?? throw new InvalidOperationException($"The hub {Name} is down: restart it.");

    internal override Func<string, string, bool> Approves => (author, scope) =>
        World.Devices.FirstOrDefault(device => device.Principal == author) is not { } device
        || MayHaveApproved(device, scope);

    /// <summary>Syncs scopes with another hub and runs the world until that has ended.</summary>
    /// <returns>Whether all of them settled; <see langword="false"/> where a hub failed or could not be reached.</returns>
    public bool Sync(SimulatedHub other, params IReadOnlyCollection<string> scopes) =>
        World.Run(() => SyncAsync(other, scopes));

    /// <summary>
    /// Forgets the deletes that everybody knows who was seen within the horizon, as hubs do from time to time. Who comes back after a longer
    /// time gets all records of the scope, keeps what it had not synced, and brings back nothing that was deleted.
    /// </summary>
    /// <param name="horizon">How long who was not seen is waited for.</param>
    /// <returns>How many deletes were forgotten.</returns>
    public int Collect(TimeSpan horizon) => World.Run(() => CollectAsync(horizon));

    internal async Task<int> CollectAsync(TimeSpan horizon)
    {
        int collected = 0;
        foreach (string scope in await ListScopesAsync().ConfigureAwait(false))
        {
            collected += await TombstoneCollector
                .CollectAsync(Store, Catalog, scope, Clock.GetUtcNow() - horizon).ConfigureAwait(false);
        }

        World.Statistics.CollectedCount += collected;
        World.Trace($"{Name} forgets {collected} deletes");
        return collected;
    }

    /// <summary>
    /// Begins a new generation of every scope, as by an administrator's command: what is known of many replicas is called by one name from then
    /// on. Devices follow when they come, and nothing that they wrote meanwhile is lost or doubled. Other hubs follow as well; only one hub
    /// of a world does this.
    /// </summary>
    /// <returns>In how many scopes there was anything to gain.</returns>
    public int Compact() => World.Run(CompactAsync);

    internal async Task<int> CompactAsync()
    {
        int begun = 0;
        foreach (string scope in await ListScopesAsync().ConfigureAwait(false))
        {
            ScopeCompaction done = await ScopeCompactor.RunAsync(Store, Catalog, scope, World.Random).ConfigureAwait(false);
            begun += done.IsStarted ? 1 : 0;
            World.Trace($"{Name} compacts {scope} from {done.EntriesBefore} names to {done.EntriesAfter}");
        }

        World.Statistics.CompactionCount += begun;
        return begun;
    }

    /// <summary>Collects audit history that is older than an age, as by command.</summary>
    internal async Task CollectHistoryAsync(TimeSpan age, TimeSpan horizon)
    {
        DateTimeOffset now = Clock.GetUtcNow();
        foreach (string scope in await ListScopesAsync().ConfigureAwait(false))
        {
            HistoryCollection done = await HistoryCollector
                .CollectAsync(Store, Catalog, scope, now - age, now - horizon, now).ConfigureAwait(false);
            World.Trace($"{Name} collects {done.EntryCount} entries of the history of {scope}");
        }
    }

    private async Task<IReadOnlyList<string>> ListScopesAsync()
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        return await snapshot.ListScopesAsync().ConfigureAwait(false);
    }

    internal async Task<bool> SyncAsync(SimulatedHub other, IReadOnlyCollection<string> scopes)
    {
        try
        {
            var transport = new SimulatedTransport(World.Network, this, () => other);
            HelloResponse hello = await transport.HelloAsync(
                new HelloRequest(
                    ProtocolLimits.Version,
                    ProtocolLimits.Version,
                    Store.Replica,
                    [.. Catalog.Descriptors.Values.Where(collection => !SystemCollections.Contains(collection.Name))]),
                CancellationToken.None).ConfigureAwait(false);
            var peer = new SessionPeer(transport, hello.Replica, Math.Min(hello.PageBytesMax, World.PageBytesMax));
            bool isSettled = true;
            foreach (string scope in scopes)
            {
                var runner = new SessionRunner(Store, Catalog, peer, scope, new SilentObserver(), Time, World.Random)
                {
                    RestampsUnsynced = false,
                    KeepsGenerations = true,
                };
                SessionReport report = await runner.RunAsync().ConfigureAwait(false);
                isSettled &= report.Result == SessionResult.Converged;
            }

            return isSettled;
        }
        catch (SyncException)
        {
            // What is durable stays; whoever asked is told that it did not settle.
            return false;
        }
    }

    internal override ISyncTransport ListenTo(SimulatedNode caller)
    {
        if (_listening.TryGetValue(caller, out ISyncTransport? way))
        {
            return way;
        }

        way = caller is SimulatedHub
            ? new InProcessTransport(_forHubs!, PushCaller.Trusted)
            : new CallerTransport(this, caller, mayApprove => new InProcessTransport(
                _forDevices!, new PushCaller(caller.Principal) { MayApprove = mayApprove }));
        _listening.Add(caller, way);
        return way;
    }

    private protected override async Task OpenAsync()
    {
        await Store.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        _catalog = await CollectionCatalog.LoadAsync(Store).ConfigureAwait(false);
        ResponderOptions options = _options with { PageBytesMax = World.PageBytesMax };
        _forDevices = new ReplicaResponder(Store, _catalog, options, Time);
        _forHubs = new ReplicaResponder(Store, _catalog, options with { TrustsRelays = true }, Time);
    }

    private protected override void Abandon()
    {
        _catalog = null;
        _forDevices = null;
        _forHubs = null;
        _listening.Clear();
    }
}
