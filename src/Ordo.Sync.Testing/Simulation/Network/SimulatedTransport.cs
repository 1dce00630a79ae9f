using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Testing.Simulation.Network;

/// <summary>The way of one node to another: messages in their wire form over the world's network.</summary>
/// <param name="network">The network.</param>
/// <param name="from">Who calls.</param>
/// <param name="route">Whom it calls at the moment.</param>
internal sealed class SimulatedTransport(SimulatedNetwork network, SimulatedNode from, Func<SimulatedNode> route) : ISyncTransport
{
    private const string PushName = "push";

    private TransportBytes _bytes;

    public string PeerName => route().Name;

    public TransportBytes Bytes => _bytes;

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            "hello", scope: null, way => way.HelloAsync(request, CancellationToken.None), _ => string.Empty, cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        SendAsync(
            "pull",
            request.Scope,
            way => way.PullAsync(request, CancellationToken.None),
            static answer => answer.Status.ToString(),
            cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken)
    {
        // A late copy is delivered when the page's buffer is in use again.
        PushRequest kept = request with { Page = request.Page.ToArray() };
        return SendAsync(
            PushName,
            request.Scope,
            way => way.PushAsync(kept, CancellationToken.None),
            static answer => answer.Status.ToString(),
            cancellationToken);
    }

    private async ValueTask<T> SendAsync<T>(
        string name,
        string? scope,
        Func<ISyncTransport, ValueTask<T>> send,
        Func<T, string> tell,
        CancellationToken cancellationToken)
    {
        SimulatedNode to = route();
        return await network.CarryAsync(from, to, DeliverAsync, cancellationToken).ConfigureAwait(false);

        async Task<T> DeliverAsync()
        {
            if (!to.IsUp)
            {
                throw new SyncException(SyncErrorCode.Unreachable, $"{to.Name} is down.");
            }

            if (scope is not null)
            {
                RequireRight(to, scope, isWrite: name == PushName);
            }

            ISyncTransport way = to.ListenTo(from);
            T answer = await AnswerAsync(to, send(way)).ConfigureAwait(false);
            _bytes = new TransportBytes(_bytes.Sent + way.Bytes.Sent, _bytes.Received + way.Bytes.Received);
            from.World.Trace($"{from.Name} {name} {scope} at {to.Name}: {tell(answer)}");
            return answer;
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
