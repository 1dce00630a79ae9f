using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Testing.Simulation.Oracles;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Testing.Simulation.Network;

/// <summary>The way of one node to another: messages in their wire form over the world's network.</summary>
/// <param name="network">The network.</param>
/// <param name="from">Who calls.</param>
/// <param name="route">Whom it calls at the moment.</param>
internal sealed class SimulatedTransport(SimulatedNetwork network, SimulatedNode from, Func<SimulatedNode> route)
    : ISyncTransport, IReconcileTransport
{
    private TransportBytes _bytes;

    public string PeerName => route().Name;

    public TransportBytes Bytes => _bytes;

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            "hello",
            scope: null,
            isWrite: false,
            way => way.HelloAsync(request, CancellationToken.None),
            static _ => string.Empty,
            cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            "pull",
            request.Scope,
            isWrite: false,
            way => way.PullAsync(request, CancellationToken.None),
            static answer => answer.Status.ToString(),
            cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken)
    {
        // A late copy is delivered when the page's buffer is in use again.
        PushRequest kept = request with { Page = request.Page.ToArray() };
        return SendAsync(
            "push",
            request.Scope,
            isWrite: true,
            way => way.PushAsync(kept, CancellationToken.None),
            static answer => answer.Status.ToString(),
            cancellationToken);
    }

    public ValueTask<ReconcileResponse> ReconcileAsync(ReconcileRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            "reconcile",
            request.Scope,
            isWrite: request.Settles,
            way => ((IReconcileTransport)way).ReconcileAsync(request, CancellationToken.None),
            static answer => $"{answer.Differences.Length} of {answer.ComparedCount} parts differ",
            cancellationToken);

    public ValueTask<RecordsResponse> ReadRecordsAsync(RecordsRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            "records",
            request.Scope,
            isWrite: false,
            way => ((IReconcileTransport)way).ReadRecordsAsync(request, CancellationToken.None),
            static answer => $"{answer.CoveredCount} ranges",
            cancellationToken);

    private async ValueTask<T> SendAsync<T>(
        string name,
        string? scope,
        bool isWrite,
        Func<ISyncTransport, ValueTask<T>> send,
        Func<T, string> tell,
        CancellationToken cancellationToken)
    {
        SimulatedNode to = route();
        T answer = await CarryAsync(to, DeliverAsync, cancellationToken).ConfigureAwait(false);
        if (answer is PushResponse { Status: PushStatus.ClockSkew })
        {
            from.World.Refusals.Note(from, to, scope!);
        }
        else if (answer is PushResponse { Status: PushStatus.Applied })
        {
            from.World.Refusals.NoteTaken(from, scope!);
        }

        // The session heals it; what made it so is a fault all the same.
        if (answer is PullResponse { Status: PullStatus.DigestMismatch })
        {
            from.World.Report($"{from.Name} and {to.Name} know the same of '{scope}' and do not hold the same.");
        }

        return answer;

        async Task<T> DeliverAsync()
        {
            if (!to.IsOpen)
            {
                throw new SyncException(SyncErrorCode.Unreachable, $"{to.Name} is down.");
            }

            if (scope is not null)
            {
                RequireRight(to, scope, isWrite);
            }

            ISyncTransport way = to.ListenTo(from);
            T heard = await AnswerAsync(to, send(way)).ConfigureAwait(false);
            _bytes = new TransportBytes(_bytes.Sent + way.Bytes.Sent, _bytes.Received + way.Bytes.Received);
            string asked = scope is null ? name : $"{name} {scope}";
            string answered = tell(heard);
            from.World.Trace($"{from.Name} {asked} at {to.Name}{(answered.Length == 0 ? string.Empty : $": {answered}")}");
            return heard;
        }
    }

    private async Task<T> CarryAsync<T>(SimulatedNode to, Func<Task<T>> deliver, CancellationToken cancellationToken)
    {
        DeviceBounds? bounds = (from as SimulatedDevice)?.Bounds;
        bounds?.Send();
        try
        {
            return await network.CarryAsync(from, to, deliver, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            bounds?.End();
        }
    }

    // What is wrong with a peer's disk is the peer's matter: its caller hears that it failed, as over HTTP.
    private static async Task<T> AnswerAsync<T>(SimulatedNode to, ValueTask<T> answer)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (SyncException exception) when (
            exception.Code is >= SyncErrorCode.StoreCorrupt and <= SyncErrorCode.StoreUnavailable)
        {
            throw new SyncException(SyncErrorCode.PeerFailed, $"{to.Name} failed.", hint: null, exception);
        }
    }

    private void RequireRight(SimulatedNode to, string scope, bool isWrite)
    {
        if (!to.Serves(scope))
        {
            throw new SyncException(SyncErrorCode.PeerFailed, $"{to.Name} takes no part in '{scope}'.");
        }

        SimulatedRights rights = to.RightsOf(from, scope);
        if (!rights.HasFlag(SimulatedRights.Read))
        {
            throw new SyncException(SyncErrorCode.ScopeRevoked, $"{from.Name} may not read '{scope}' any more.");
        }

        if (isWrite && !rights.HasFlag(SimulatedRights.Write))
        {
            throw new SyncException(SyncErrorCode.Forbidden, $"{from.Name} may not write to '{scope}'.");
        }
    }
}
