using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>The way to the hub, which tells after each answer that the hub may hold more.</summary>
internal sealed class NotedTransport(ISyncTransport inner, Func<ValueTask> answered) : ISyncTransport
{
    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default) =>
        NoteAsync(inner.HelloAsync(request, cancellationToken));

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
        NoteAsync(inner.PullAsync(request, cancellationToken));

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default) =>
        NoteAsync(inner.PushAsync(request, cancellationToken));

    private async ValueTask<T> NoteAsync<T>(ValueTask<T> call)
    {
        T answer = await call;
        await answered();
        return answer;
    }
}
