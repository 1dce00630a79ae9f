using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Journal;

/// <summary>A way to a hub on which something happens in the middle of a push: once before the hub has it, once after.</summary>
internal sealed class InterruptingTransport(ISyncTransport inner) : ISyncTransport
{
    private Func<Task>? _before;
    private Func<Task>? _after;

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    /// <summary>The byte limits of the pulls so far.</summary>
    public List<int> PullBytesMax { get; } = [];

    public void InterruptOnce(Func<Task> before, Func<Task> after) => (_before, _after) = (before, after);

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        inner.HelloAsync(request, cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken)
    {
        PullBytesMax.Add(request.BytesMax);
        return inner.PullAsync(request, cancellationToken);
    }

    public async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken)
    {
        (Func<Task>? before, Func<Task>? after) = (_before, _after);
        (_before, _after) = (null, null);
        await (before?.Invoke() ?? Task.CompletedTask);
        PushResponse response = await inner.PushAsync(request, cancellationToken);
        await (after?.Invoke() ?? Task.CompletedTask);
        return response;
    }
}
