using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Session;

namespace Ordo.Sync.Replication.Responder;

/// <summary>The engine of a device that answers others from its own store: whom a push concerns besides the store.</summary>
internal interface IResponderHost
{
    /// <summary>Whether the device holds a lane, and answers for it.</summary>
    bool Holds(string lane);

    /// <summary>Who is told what a push does; new for each push.</summary>
    /// <param name="origin">Who pushes.</param>
    ISessionObserver Observe(ReplicaId origin);
}
