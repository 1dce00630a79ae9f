using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Resources;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Testing.Simulation.Network;
using Ordo.Sync.Testing.Simulation.Oracles;
using Ordo.Sync.Testing.Simulation.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Testing.Simulation;

/// <summary>A device of a simulated world: the real engine over a simulated disk, network and clock.</summary>
public sealed class SimulatedDevice : SimulatedNode
{
    private readonly Action<OrdoSyncBuilder> _configure;
    private readonly Dictionary<SimulatedNode, ISyncTransport> _listening = [];
    private SyncEngine? _engine;
    private ReplicaResponder? _responder;
    private DeviceBounds? _bounds;
    private bool _isInBackground;

    internal SimulatedDevice(SimulatedWorld world, string name, ISimulatedMedium medium, Action<OrdoSyncBuilder> configure)
        : base(world, name, medium) => _configure = configure;

    /// <summary>
    /// Its engine, for code that the world runs (<see cref="SimulatedWorld.Run{T}"/>). A node that died and came back has another.
    /// </summary>
    /// <exception cref="InvalidOperationException">The device is down.</exception>
    public ISyncEngine Engine => Running;

    /// <summary>Whom it syncs with: a hub, or another device.</summary>
    public SimulatedNode? Peer { get; private set; }

    /// <summary>
    /// Whether it went from one hub to another. A hub takes its versions, but not its word for what other devices' versions they took
    /// the place of: those may come back beside them when the hubs sync.
    /// </summary>
    internal bool HasMoved { get; private set; }

    internal SyncEngine Running =>
        IsUp && _engine is not null ? _engine : throw new InvalidOperationException($"The device {Name} is down: restart it.");

    /// <summary>What waits in this life of it.</summary>
    internal DeviceBounds? Bounds => _bounds;

    internal override CollectionCatalog Catalog => Running.LanesOf("any")[0].Replica.Catalog;

    /// <summary>Leads it to another peer from the next message on.</summary>
    public void ConnectTo(SimulatedNode peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        HasMoved |= Peer is SimulatedHub && peer is SimulatedHub && peer != Peer;
        Peer = peer != this ? peer : throw new ArgumentException("A device does not sync with itself.", nameof(peer));
    }

    /// <summary>
    /// From now on, and after each restart, the background service of the engine syncs as in an app: at start, at each interval, soon after
    /// writes that ask for it, and with growing pauses after failures. The device starts anew for it.
    /// </summary>
    public void SyncInBackground()
    {
        _isInBackground = true;
        Crash();
        Restart();
    }

    /// <summary>Syncs now and runs the world until that has ended; the report says what went wrong.</summary>
    public SyncReport Sync() => World.Run(() => Engine.SyncAsync().AsTask());

    /// <summary>
    /// A device with the same peer and, where it is not configured otherwise, the same app, over a copy of what is on this one's disk.
    /// </summary>
    internal SimulatedDevice CopyAs(string name, ISimulatedMedium copy, Action<OrdoSyncBuilder>? configure) =>
        new(World, name, copy, configure ?? _configure)
        {
            Principal = Principal,
            Peer = Peer,
            HasMoved = HasMoved,
        };

    /// <summary>Whether its app knows a collection; what others declare is stored all the same.</summary>
    internal bool Declares(string collection) => Running.Declarations.Has(collection);

    /// <summary>A device that left a scope knows nothing of it any more, its own writes included: it cannot be compared with.</summary>
    internal override bool Serves(string scope) => Engine.Subscriptions.Contains(scope);

    internal override ISyncTransport ListenTo(SimulatedNode caller)
    {
        if (!_listening.TryGetValue(caller, out ISyncTransport? way))
        {
            _responder ??= new ReplicaResponder(
                Store, Catalog, new ResponderOptions { TrustsRelays = true, PageBytesMax = World.PageBytesMax }, Time);
            _listening.Add(caller, way = new InProcessTransport(_responder, PushCaller.Trusted));
        }

        return way;
    }

    private protected override async Task OpenAsync()
    {
        var builder = new OrdoSyncBuilder(new ServiceCollection());
        SyncOptions set = null!;
        builder.UseProfile(ResourceProfile.Default);
        builder.Configure(options =>
        {
            set = options;
            options.Author = Principal;
            options.PageBytesMax = World.PageBytesMax;

            // What is lost shows at once in how the sync ends; who wants it tried again syncs again.
            options.LossesMax = 0;

            // On the world's own thread: a limit is a matter of real time, and a node that dies leaves no thread behind.
            options.ResolverTimeLimit = Timeout.InfiniteTimeSpan;
        });
        _configure(builder);
        _bounds = new DeviceBounds(this, set);
        if (!_isInBackground)
        {
            builder.SyncManually();
        }

        builder.UseStructuredStore(_ => Store);
        builder.UseTransport(_ => new SimulatedTransport(World.Network, this, () => Peer
            ?? throw new InvalidOperationException($"The device {Name} is connected to nobody: call ConnectTo.")));
        _engine = builder.Build(NoServices.Instance, Time, World.Random);
        await _engine.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        if (_isInBackground)
        {
            Watch(new SyncBackgroundService(_engine, set, Time, World.Random, logger: null).RunAsync(CancellationToken.None));
        }
    }

    // The loop never ends; where it does in a device that lives, that device would never sync any more.
    private void Watch(Task service)
    {
        long life = Life;
        _ = service.ContinueWith(
            ended =>
            {
                if (Life == life)
                {
                    World.Report($"The background service of {Name} ended: {ended.Exception?.InnerException}");
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    internal override void JudgeBounds(int writtenCount)
    {
        // A write that is larger than the whole queue is let in alone.
        if (writtenCount > 1 && IsOpen && _engine is not null)
        {
            _bounds?.JudgeQueue(_engine);
        }
    }

    /// <summary>
    /// Nobody takes itself for a copy where there is none: what it wrote would stand twice, and pass for stated anew.
    /// </summary>
    internal void JudgeIdentity()
    {
        if (_engine?.Renewals.Last is { } renewal && !World.HasCopies)
        {
            World.Report($"{Name} took a new identity, and there is no copy of it: {renewal.Reason}");
        }
    }

    private protected override void Abandon()
    {
        JudgeIdentity();
        _bounds = null;

        // Meters are known to the whole process, and would keep every engine that ever was.
        _engine?.HealthMonitor.Dispose();
        _engine = null;
        _responder = null;
        _listening.Clear();
    }
}
