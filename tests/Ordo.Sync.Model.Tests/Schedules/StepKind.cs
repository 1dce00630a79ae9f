namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>What may happen in one step. A step that does not apply in the state it meets does nothing.</summary>
internal enum StepKind
{
    Put,
    Delete,

    /// <summary>An editor loads a record, to save it some time later.</summary>
    LoadForm,
    SaveForm,

    /// <summary>A pulls from B: request, answer and apply at once.</summary>
    Pull,

    /// <summary>A pushes to B and then pulls from it.</summary>
    Exchange,

    /// <summary>A requests, B answers; the answer stays in the network.</summary>
    Request,
    Deliver,

    /// <summary>Delivers an answer and leaves it in the network, to come again.</summary>
    DeliverCopy,
    Lose,

    /// <summary>Delivers an answer whose transaction is cut off.</summary>
    Interrupt,

    /// <summary>A begins, continues or finishes a staged transfer from B.</summary>
    StagedPage,
    StagedDiscard,

    /// <summary>A begins, continues or finishes the fill of an empty scope from B.</summary>
    FillPage,
    Collect,

    /// <summary>A subscriber falls behind the horizon.</summary>
    Expire,
    Backup,
    Restore,
    Unsubscribe,
    Subscribe,

    /// <summary>Time passes.</summary>
    Tick,

    /// <summary>The hub starts a new generation of a scope.</summary>
    Compact,

    /// <summary>The store of A is replaced by a copy of B's.</summary>
    Clone,
}
