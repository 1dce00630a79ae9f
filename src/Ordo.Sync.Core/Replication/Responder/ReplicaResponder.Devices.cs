using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Live;

namespace Ordo.Sync.Replication.Responder;

// What differs where a device answers: it is no authority over scopes, and its app is to be told.
public sealed partial class ReplicaResponder
{
    /// <summary>Tells those who follow this responder that a lane changed, however it did.</summary>
    internal void Tell(ScopeChange change) => Changed?.Invoke(change);

    // Not ScopeRevoked: by that the caller would remove what it holds itself.
    private void RequireHeld(string scope)
    {
        if (options.Host?.Holds(scope) == false)
        {
            throw new SyncException(
                SyncErrorCode.Forbidden,
                ScopeLane.IsEphemeral(scope)
                    ? $"This device does not hand on ephemeral records of '{ScopeLane.ScopeOf(scope)}'."
                    : $"This device does not hold the scope '{scope}'.",
                "Sync it with a hub, or with a device that subscribes to it.");
        }
    }
}
