using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine.Identity;

/// <summary>A way on which pushes arrive and their answers, while it is told so, do not.</summary>
internal sealed class LossyTransport(ISyncTransport inner) : ISyncTransport
{
    public bool LosesAnswers { get; set; }

    /// <summary>Of which pushes the answers are lost; all by default.</summary>
    public Func<PushResponse, bool> Loses { get; init; } = static _ => true;

    public string PeerName => inner.PeerName;

    public TransportBytes Bytes => inner.Bytes;

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default) =>
        inner.HelloAsync(request, cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
        inner.PullAsync(request, cancellationToken);

    public async ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default)
    {
        PushResponse response = await inner.PushAsync(request, cancellationToken);
        return LosesAnswers && Loses(response) ? throw new SyncException(SyncErrorCode.Unreachable, "The answer was lost.") : response;
    }
}
