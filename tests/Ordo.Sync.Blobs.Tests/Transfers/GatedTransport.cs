using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A way of records on which the first message of each sync waits until it is let go.</summary>
internal sealed class GatedTransport(ISyncTransport inner) : ISyncTransport
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _gate = new(0);

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public Task Entered => _entered.Task;

    /// <summary>All go on from now.</summary>
    public void Release() => _gate.Release(int.MaxValue / 2);

    /// <summary>One goes on.</summary>
    public void ReleaseOne() => _gate.Release();

    public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        await _gate.WaitAsync(cancellationToken);
        return await inner.HelloAsync(request, cancellationToken);
    }

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        inner.PullAsync(request, cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) =>
        inner.PushAsync(request, cancellationToken);
}
