using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>
/// A way to a hub that loses requests, loses answers, delivers pushes twice, and delivers old pushes again late: everything
/// from one seed.
/// </summary>
internal sealed class StormyTransport(ISyncTransport inner, int seed) : ISyncTransport
{
    private readonly Random _random = new(seed);
    private readonly List<PushRequest> _seen = [];

    public bool IsCalm { get; set; }

    public string PeerName => "storm";

    public TransportBytes Bytes => inner.Bytes;

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        SendAsync(() => inner.HelloAsync(request, cancellationToken));

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        SendAsync(() => inner.PullAsync(request, cancellationToken));

    public async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (!IsCalm)
        {
            _seen.Add(request with { Page = request.Page.ToArray() });
            if (_random.Next(4) == 0)
            {
                await inner.PushAsync(_seen[_random.Next(_seen.Count)], cancellationToken);
            }
        }

        return await SendAsync(() => inner.PushAsync(request, cancellationToken));
    }

    private async ValueTask<T> SendAsync<T>(Func<ValueTask<T>> send)
    {
        if (!IsCalm && _random.Next(6) == 0)
        {
            throw new SyncException(SyncErrorCode.Unreachable, "The request is lost.");
        }

        T answer = await send();
        return !IsCalm && _random.Next(6) == 0
            ? throw new SyncException(SyncErrorCode.Unreachable, "The answer is lost.")
            : answer;
    }
}
