using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub that passes everything on: what stands in the way overrides what it does something to.</summary>
internal abstract class PassingTransport(ISyncTransport inner) : ISyncTransport
{
    public virtual string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public virtual ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(() => inner.HelloAsync(request, cancellationToken));

    public virtual ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(() => inner.PullAsync(request, cancellationToken));

    public virtual ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(() => inner.PushAsync(request, cancellationToken));

    /// <summary>Any request.</summary>
    protected virtual ValueTask<T> SendAsync<T>(Func<ValueTask<T>> send) => send();
}
