using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Outcomes;

namespace Ordo.Sync.Replication.Session;

/// <summary>Is told what a session does to the store. Changes are reported inside a transaction, to be published at its end.</summary>
public interface ISessionObserver : IChangeSink
{
    /// <summary>The transaction whose changes were reported is about to be committed.</summary>
    ValueTask OnCommittingAsync(string scope, CancellationToken cancellationToken = default);

    /// <summary>The transaction whose changes were reported is committed.</summary>
    ValueTask OnCommittedAsync(string scope, CancellationToken cancellationToken = default);

    /// <summary>The transaction whose changes were reported is undone.</summary>
    void OnUndone();

    /// <summary>It was learnt what became of versions of this replica; the log holds it already.</summary>
    void OnOutcomes(string scope, IReadOnlyList<OutcomeEntry> outcomes);

    /// <summary>The peer has everything that its knowledge claims; the journal is pruned accordingly.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="peerKnowledge">What the peer knows.</param>
    /// <param name="outcomes">What became of versions of this replica that were not simply accepted.</param>
    void OnAcknowledged(string scope, GlobalVector peerKnowledge, IReadOnlyList<OutcomeEntry> outcomes);

    /// <summary>
    /// The scope came into a new generation: its versions have other names, its records are the same. Nothing by default.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="acknowledged">The versions of this replica that the peer has folded; it names them no more.</param>
    void OnRenamed(string scope, GlobalVector acknowledged)
    {
    }

    /// <summary>
    /// This replica found that another store has spoken as it (a copy, or itself before it was put back) and took a new identity. The
    /// session begins anew under it. Nothing by default.
    /// </summary>
    /// <param name="before">The identity until now.</param>
    /// <param name="after">The new one.</param>
    /// <param name="reason">What was found, for people.</param>
    void OnIdentityRenewed(ReplicaId before, ReplicaId after, string reason)
    {
    }

    /// <summary>The session has come further.</summary>
    void OnProgress(SessionProgress progress);

    /// <summary>The peer's clock was read.</summary>
    /// <param name="offset">How far it is ahead of this one's.</param>
    void OnClockOffset(TimeSpan offset);
}
