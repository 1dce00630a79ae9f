using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A way of records on which the first message waits until it is let go.</summary>
internal sealed class GatedTransport(ISyncTransport inner) : ISyncTransport
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public Task Entered => _entered.Task;

    public void Release() => _released.SetResult();

    public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        await _released.Task;
        return await inner.HelloAsync(request, cancellationToken);
    }

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        inner.PullAsync(request, cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) =>
        inner.PushAsync(request, cancellationToken);
}
