using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub on which pulls wait until they are released.</summary>
internal sealed class HeldTransport(ISyncTransport inner) : ISyncTransport
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a pull waits.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Whether pulls wait.</summary>
    public bool IsHeld { get; set; }

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public void Release() => _released.SetResult();

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        inner.HelloAsync(request, cancellationToken);

    public async ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken)
    {
        if (IsHeld)
        {
            _reached.TrySetResult();
            await _released.Task.WaitAsync(cancellationToken);
        }

        return await inner.PullAsync(request, cancellationToken);
    }

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) =>
        inner.PushAsync(request, cancellationToken);
}
