using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Transport;

/// <summary>
/// The way to a peer: each call is one round trip. Implementations are thread-safe, keep no session, and may be called again with
/// the same message after any failure: all messages are idempotent.
/// </summary>
/// <remarks>
/// Every failure is a <see cref="SyncException"/> with a code of the 200s (the peer refused) or 300s (it could not be reached or
/// would not answer); cancellation by the caller is an <see cref="OperationCanceledException"/>.
/// </remarks>
public interface ISyncTransport
{
    /// <summary>What the peer is called in messages: an address, "in-process".</summary>
    string PeerName { get; }

    /// <summary>The bytes sent and received so far, as they crossed the wire; for reports.</summary>
    TransportBytes Bytes { get; }

    /// <summary>Introduces this replica.</summary>
    ValueTask<HelloResponse> HelloAsync(HelloRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks for what this replica lacks.</summary>
    ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default);

    /// <summary>Hands over what the peer lacks.</summary>
    ValueTask<PushResponse> PushAsync(PushRequest request, CancellationToken cancellationToken = default);
}
