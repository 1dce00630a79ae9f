using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A way of records on which the first messages wait until they are let go.</summary>
internal sealed class GatedTransport(ISyncTransport inner) : ISyncTransport
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public Task Entered => _entered.Task;

    /// <summary>All go on from now.</summary>
    public void Release() => _released.SetResult();

    public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        await _released.Task.WaitAsync(cancellationToken);
        return await inner.HelloAsync(request, cancellationToken);
    }

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        inner.PullAsync(request, cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) =>
        inner.PushAsync(request, cancellationToken);
}
