using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Apply;

namespace Ordo.Sync.Replication.Session;

/// <summary>Is told what a session does to the store. Changes are reported inside a transaction, to be published at its end.</summary>
public interface ISessionObserver : IChangeSink
{
    /// <summary>The transaction whose changes were reported is committed.</summary>
    void OnCommitted();

    /// <summary>The transaction whose changes were reported is undone.</summary>
    void OnUndone();

    /// <summary>The peer has everything that its knowledge claims; the journal is pruned accordingly.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="peerKnowledge">What the peer knows.</param>
    /// <param name="conflicts">Versions of this replica that met a concurrent one there.</param>
    void OnAcknowledged(string scope, GlobalVector peerKnowledge, IReadOnlyList<GlobalDot> conflicts);

    /// <summary>The session has come further.</summary>
    void OnProgress(SessionProgress progress);

    /// <summary>The peer's clock was read.</summary>
    /// <param name="offset">How far it is ahead of this one's.</param>
    void OnClockOffset(TimeSpan offset);
}
