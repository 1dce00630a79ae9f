using System.Threading.Channels;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A way of records on which the first message of each sync waits until it is let go.</summary>
internal sealed class GatedTransport(ISyncTransport inner) : ISyncTransport
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _passes = Channel.CreateUnbounded<bool>();

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public Task Entered => _entered.Task;

    /// <summary>All go on from now.</summary>
    public void Release() => _passes.Writer.Complete();

    /// <summary>One goes on.</summary>
    public void ReleaseOne() => _passes.Writer.TryWrite(true);

    public async ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        _entered.TrySetResult();
        while (await _passes.Reader.WaitToReadAsync(cancellationToken) && !_passes.Reader.TryRead(out _))
        {
            // Somebody else took the pass.
        }

        return await inner.HelloAsync(request, cancellationToken);
    }

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        inner.PullAsync(request, cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) =>
        inner.PushAsync(request, cancellationToken);
}
