using System.Diagnostics;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Health;

/// <summary>
/// Makes a span of each round trip and measures it. Whether the peer can compare records is asked of the transport itself: over one
/// that cannot, those requests fail as at a peer that does not know them.
/// </summary>
internal sealed class ObservedTransport(ISyncTransport transport, SyncHealth health, TimeProvider time)
    : ISyncTransport, IReconcileTransport
{
    private long _answers;

    /// <summary>The requests that were answered.</summary>
    public long AnswerCount => Interlocked.Read(ref _answers);

    public string PeerName => transport.PeerName;

    public TransportBytes Bytes => transport.Bytes;

    public ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
        ObserveAsync("hello", scope: null, transport.HelloAsync, request, cancellationToken);

    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        ObserveAsync("pull", request.Scope, transport.PullAsync, request, cancellationToken);

    public ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken) =>
        ObserveAsync("push", request.Scope, transport.PushAsync, request, cancellationToken);

    public ValueTask<ReconcileResponse> ReconcileAsync(ReconcileRequest request, CancellationToken cancellationToken) =>
        ObserveAsync("reconcile", request.Scope, Reconciling().ReconcileAsync, request, cancellationToken);

    public ValueTask<RecordsResponse> ReadRecordsAsync(RecordsRequest request, CancellationToken cancellationToken) =>
        ObserveAsync("records", request.Scope, Reconciling().ReadRecordsAsync, request, cancellationToken);

    private IReconcileTransport Reconciling() => transport as IReconcileTransport ?? throw new SyncException(
        SyncErrorCode.NotFound,
        $"The way to {transport.PeerName} ({transport.GetType().Name}) cannot compare records: nothing was compared.",
        "Let the transport implement IReconcileTransport, or verify without the hub.");

    private async ValueTask<TResponse> ObserveAsync<TRequest, TResponse>(
        string operation,
        string? scope,
        Func<TRequest, CancellationToken, ValueTask<TResponse>> send,
        TRequest request,
        CancellationToken cancellationToken)
    {
        using Activity? activity = SyncActivities.Start($"ordo.sync.{operation}", ActivityKind.Client, scope);
        long began = time.GetTimestamp();
        try
        {
            TResponse response = await send(request, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _answers);
            health.OnRequest(operation, time.GetElapsedTime(began), error: null);
            return response;
        }
        catch (SyncException exception)
        {
            health.OnRequest(operation, time.GetElapsedTime(began), exception.Code);
            activity.Fail(exception.Code);
            throw;
        }
    }
}
