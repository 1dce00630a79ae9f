using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>A transport that leads wherever it is pointed: an engine has one, a peer has many.</summary>
internal sealed class RoutedTransport : ISyncTransport
{
    public ISyncTransport? Target { get; set; }

    public string PeerName => "routed";

    public TransportBytes Bytes => Target?.Bytes ?? default;

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default) =>
        Require().HelloAsync(request, cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
        Require().PullAsync(request, cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default) =>
        Require().PushAsync(request, cancellationToken);

    private ISyncTransport Require() => Target ?? throw new InvalidOperationException("The transport leads nowhere yet.");
}
