using Ordo.Sync.PostgreSql.Records;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <summary>A scope within a transaction: what the database has of it, and what the commit will leave.</summary>
internal sealed class ScopeDraft(ScopeEntry written)
{
    /// <summary>What the database has now.</summary>
    public ScopeEntry Written { get; set; } = written;

    public ScopeState State { get; set; } = written.State;

    public bool MayHoldSiblings { get; set; } = written.MayHoldSiblings;

    /// <summary>Whether anything of the scope was changed, so that its stamp has to be drawn anew.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Whether the database lists the scope for its state.</summary>
    public bool IsListedForState { get; set; } = written.HasState;

    /// <summary>Its records, read and written.</summary>
    public PendingRecords Records { get; } = new();

    /// <summary>What the scope is now.</summary>
    public ScopeEntry Entry => Written with { State = State, MayHoldSiblings = MayHoldSiblings };
}
