using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Peers;

/// <inheritdoc cref="IPeers"/>
internal sealed class PeerService : IPeers, IResponderHost
{
    private readonly SyncEngine _engine;
    private readonly EntropySource _entropy;
    private ImmutableArray<ReplicaResponder> _responders = [];

    public PeerService(SyncEngine engine, EntropySource entropy)
    {
        _engine = engine;
        _entropy = entropy;
        engine.Publisher.LaneChanged += OnLaneChanged;
    }

    public IRecordStore Store => _engine.StructuredStore;

    private LocalReplica Structured => _engine.Replicas[0].Replica;

    public async ValueTask<ReplicaResponder> AnswerAsync(ResponderOptions? options, CancellationToken cancellationToken)
    {
        await _engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        var responder = new ReplicaResponder(
            Store,
            Structured.Catalog,
            (options ?? new ResponderOptions()) with { Host = this, Entropy = _entropy },
            _engine.Time);
        ImmutableInterlocked.Update(ref _responders, static (all, added) => all.Add(added), responder);
        return responder;
    }

    public async ValueTask<ISyncTransport> ConnectAsync(CancellationToken cancellationToken) => new InProcessTransport(
        await AnswerAsync(new ResponderOptions { TrustsRelays = true }, cancellationToken).ConfigureAwait(false));

    public bool Holds(string lane) => _engine.Subscriptions.Contains(ScopeLane.ScopeOf(lane))
        && (!ScopeLane.IsEphemeral(lane) || _engine.Replicas.Count == 1);

    public ISessionObserver Observe(ReplicaId origin) => _engine.Observe(Structured.Catalog, progress: null, origin);

    private void OnLaneChanged(ScopeChange change)
    {
        foreach (ReplicaResponder responder in _responders)
        {
            responder.Tell(change);
        }

        if (change.Origin != default)
        {
            // Brought by a peer: whoever this device itself syncs with does not have it yet.
            _engine.RequestSync(change.Scope);
        }
    }
}
