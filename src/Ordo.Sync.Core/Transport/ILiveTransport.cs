using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Transport;

/// <summary>
/// A transport whose peer can tell at once that a scope changed. What it tells is a hint: nothing is lost if it is lost, since the
/// next sync finds every change.
/// </summary>
public interface ILiveTransport
{
    /// <summary>
    /// Listens until the peer ends it or the caller cancels. The first item is an empty name and says that the peer listens from now on:
    /// sync once then, for what changed before.
    /// </summary>
    /// <exception cref="SyncException">The peer cannot be reached, refuses, or knows no live updates (<c>NotFound</c>).</exception>
    IAsyncEnumerable<string> ListenAsync(ListenRequest request, CancellationToken cancellationToken = default);
}
