using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub that can be cut off after some pulls, and switched to another hub.</summary>
internal sealed class SwitchableTransport(ISyncTransport inner) : ISyncTransport, IReconcileTransport
{
    private ISyncTransport _inner = inner;
    private int _pullsLeft = int.MaxValue;

    public string PeerName => _inner.PeerName;

    public TransportBytes Bytes => _inner.Bytes;

    public void FailAfter(int pulls) => _pullsLeft = pulls;

    public void Switch(ISyncTransport other)
    {
        _inner = other;
        _pullsLeft = int.MaxValue;
    }

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        _inner.HelloAsync(request, cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) => _pullsLeft-- > 0
        ? _inner.PullAsync(request, cancellationToken)
        : throw new SyncException(SyncErrorCode.Unreachable, "Cut off.");

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) =>
        _inner.PushAsync(request, cancellationToken);

    /// <summary>Fails whatever compares records.</summary>
    public bool IsOffline { get; set; }

    public ValueTask<ReconcileResponse> ReconcileAsync(ReconcileRequest request, CancellationToken cancellationToken) =>
        Reconciling.ReconcileAsync(request, cancellationToken);

    public ValueTask<RecordsResponse> ReadRecordsAsync(RecordsRequest request, CancellationToken cancellationToken) =>
        Spoil is null ? Reconciling.ReadRecordsAsync(request, cancellationToken) : SpoilAsync(request, cancellationToken);

    /// <summary>What a peer that does not keep the protocol makes of its answers.</summary>
    public Func<RecordsResponse, RecordsResponse>? Spoil { get; set; }

    private async ValueTask<RecordsResponse> SpoilAsync(RecordsRequest request, CancellationToken cancellationToken) =>
        Spoil!(await Reconciling.ReadRecordsAsync(request, cancellationToken));

    private IReconcileTransport Reconciling => IsOffline
        ? throw new SyncException(SyncErrorCode.Unreachable, "Cut off.")
        : (IReconcileTransport)_inner;
}
