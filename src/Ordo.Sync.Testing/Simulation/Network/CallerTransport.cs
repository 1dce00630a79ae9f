using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Testing.Simulation.Network;

/// <summary>A hub as one caller meets it: whether the caller may decide is looked up with each push, as HTTP hubs do.</summary>
internal sealed class CallerTransport(SimulatedNode hub, SimulatedNode caller, Func<bool, InProcessTransport> connect)
    : ISyncTransport, IReconcileTransport
{
    private readonly InProcessTransport _plain = connect(false);
    private readonly InProcessTransport _approving = connect(true);

    public string PeerName => hub.Name;

    public TransportBytes Bytes => new(
        _plain.Bytes.Sent + _approving.Bytes.Sent, _plain.Bytes.Received + _approving.Bytes.Received);

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        _plain.HelloAsync(request, cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        _plain.PullAsync(request, cancellationToken);

    public async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (!hub.RightsOf(caller, request.Scope).HasFlag(SimulatedRights.Approve))
        {
            return await _plain.PushAsync(request, cancellationToken).ConfigureAwait(false);
        }

        long life = hub.Life;
        hub.CountApprovedPush(caller, request.Scope, by: 1);
        try
        {
            return await _approving.PushAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // What a life began that is over, its end has forgotten.
            if (hub.Life == life)
            {
                hub.CountApprovedPush(caller, request.Scope, by: -1);
            }
        }
    }

    public ValueTask<ReconcileResponse> ReconcileAsync(ReconcileRequest request, CancellationToken cancellationToken) =>
        _plain.ReconcileAsync(request, cancellationToken);

    public ValueTask<RecordsResponse> ReadRecordsAsync(RecordsRequest request, CancellationToken cancellationToken) =>
        _plain.ReadRecordsAsync(request, cancellationToken);
}
