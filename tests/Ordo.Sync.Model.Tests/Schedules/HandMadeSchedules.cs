namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>
/// Runs that need so many steps in one order that a search finds them late; each breaks one rule's absence.
/// </summary>
internal static class HandMadeSchedules
{
    private const int Hub = 0;
    private const int A = 1;
    private const int B = 2;
    private const int C = 3;
    private const int FoldAll = 1;

    /// <summary>
    /// C drops a tombstone because the hub, which had collected it, sent the record without it. If C does not learn F
    /// with that delta, A, which never saw the delete, takes C's knowledge of it and keeps the deleted version for
    /// ever.
    /// </summary>
    public static readonly Schedule TombstoneMergedAway = new ScheduleScript(replicas: 4)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.Pull, A, Hub)
        .Then(StepKind.Put, B)
        .Then(StepKind.Pull, A, B)
        .Then(StepKind.Delete, Hub)
        .Then(StepKind.Pull, C, Hub)
        .Then(StepKind.Pull, B, Hub)
        .Then(StepKind.Expire, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.Pull, Hub, B)
        .Then(StepKind.Pull, C, Hub)
        .Then(StepKind.Pull, A, C)
        .Build();

    /// <summary>
    /// A complete batch, whose base is ∅, left out the values Kreq covers; its receiver was restored since.
    /// </summary>
    public static readonly Schedule CompleteBatchAfterRestore = new ScheduleScript(replicas: 2)
        .Then(StepKind.Backup, A)
        .Then(StepKind.Put, A)
        .Then(StepKind.Pull, Hub, A)
        .Then(StepKind.Put, Hub, key: 1)
        .Then(StepKind.Delete, Hub, key: 1)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.Request, A, Hub)
        .Then(StepKind.Restore, A)
        .Then(StepKind.Deliver, A)
        .Build();

    /// <summary>
    /// A was filled with a page that says "deleted", by a hub that is then restored to before the delete.
    /// </summary>
    public static readonly Schedule FillFromRestoredHub = new ScheduleScript(replicas: 2)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.Backup, Hub)
        .Then(StepKind.Delete, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.FillPage, A, Hub)
        .Then(StepKind.Restore, Hub)
        .Build();

    /// <summary>
    /// A and the restored hub have each forgotten a delete that the other never saw. A takes B's write from the hub; C,
    /// which still holds the tombstone A forgot, has decided against that write. Only a new stamp makes all see the
    /// same.
    /// </summary>
    public static readonly Schedule BothBehind = new ScheduleScript(replicas: 4)
        .Then(StepKind.Put, B, key: 1)
        .Then(StepKind.Backup, Hub)
        .Then(StepKind.Put, Hub, key: 1)
        .Then(StepKind.Delete, Hub, key: 1)
        .Then(StepKind.Pull, C, Hub)
        .Then(StepKind.Expire, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.Pull, A, Hub)
        .Then(StepKind.Restore, Hub)
        .Then(StepKind.Pull, Hub, B)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.Delete, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.Pull, C, B)
        .Then(StepKind.Pull, A, Hub)
        .Build();

    /// <summary>
    /// A forwards to B a record it has under an exception, and the hub is restored to before that record. A starts
    /// anew; B would keep an exception that nobody's K ever dominates, and send the record again in every session.
    /// </summary>
    public static readonly Schedule ExceptionLeftBehind = new ScheduleScript(replicas: 3)
        .Then(StepKind.Backup, Hub)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.FillPage, A, Hub)
        .Then(StepKind.Pull, B, A)
        .Then(StepKind.Restore, Hub)
        .Build();

    /// <summary>
    /// The hub collects a tombstone between two pages of A's fill: it is in the K that A claims, but in no page and not
    /// in the F that A learns. B takes A's word for it.
    /// </summary>
    public static readonly Schedule ForgottenBetweenPages = new ScheduleScript(replicas: 3)
        .Then(StepKind.Put, Hub, key: 1)
        .Then(StepKind.Pull, B, Hub)
        .Then(StepKind.Delete, Hub, key: 1)
        .Then(StepKind.FillPage, A, Hub)
        .Then(StepKind.Expire, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.FillPage, A, Hub)
        .Then(StepKind.Pull, B, A)
        .Build();

    /// <summary>
    /// B, which never wrote and so keeps its incarnation, drops the scope and subscribes again between two pages of A's
    /// staged transfer: the K that comes with the last page no longer covers the first.
    /// </summary>
    public static readonly Schedule ResubscribedBetweenPages = new ScheduleScript(replicas: 3)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.Put, Hub, key: 1)
        .Then(StepKind.Pull, B, Hub)
        .Then(StepKind.StagedPage, A, B)
        .Then(StepKind.Unsubscribe, B)
        .Then(StepKind.Subscribe, B)
        .Then(StepKind.StagedPage, A, B)
        .Then(StepKind.StagedPage, A, B)
        .Build();

    /// <summary>
    /// Between two pages of A's transfer the hub learns of A's delete, which wins over the hub's own write, and forgets it again. A
    /// knows that delete; but the page read before brings the hub's write, and nothing tells A any more that it lost.
    /// </summary>
    public static readonly Schedule KnownTombstoneCollectedBetweenPages = new ScheduleScript(replicas: 2)
        .Then(StepKind.Put, Hub, key: 1)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.Put, A, key: 1)
        .Then(StepKind.Delete, A, key: 1)
        .Then(StepKind.StagedPage, A, Hub)
        .Then(StepKind.StagedPage, A, Hub)
        .Then(StepKind.Pull, Hub, A)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.StagedPage, A, Hub)
        .Build();

    /// <summary>
    /// A edits while the hub deletes, and learns of the delete before it sends its edit. The hub has collected the
    /// tombstone by then and holds the edit alone; at A both stay siblings.
    /// </summary>
    public static readonly Schedule EditBesideCollectedTombstone = new ScheduleScript(replicas: 2)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.Put, A)
        .Then(StepKind.Delete, Hub)
        .Then(StepKind.Pull, A, Hub)
        .Then(StepKind.Pull, A, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.Exchange, A, Hub)
        .Build();

    /// <summary>
    /// The hub forgot a delete and started a generation then. A gets everything in the names before, and B a delta from A: if A does
    /// not learn what was forgotten, B takes its knowledge of the delete and keeps the deleted version.
    /// </summary>
    public static readonly Schedule ForgottenBeforeGeneration = UpToDelete()
        .Then(StepKind.Expire, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.Compact, Hub, choice: FoldAll)
        .Then(StepKind.Request, A, Hub)
        .Then(StepKind.Deliver, A)
        .Then(StepKind.Pull, B, A)
        .Build();

    /// <summary>The same, where the hub forgets the delete by the name that the generation gave it.</summary>
    public static readonly Schedule ForgottenInGeneration = UpToDelete()
        .Then(StepKind.Compact, Hub, choice: FoldAll)
        .Then(StepKind.Expire, Hub)
        .Then(StepKind.Collect, Hub)
        .Then(StepKind.Request, A, Hub)
        .Then(StepKind.Deliver, A)
        .Then(StepKind.Pull, B, A)
        .Build();

    /// <summary>
    /// The hub and A stamp two versions alike. B, which has A's from A, compares them by their names before the generation, and A, which
    /// enters with its own, by the new ones.
    /// </summary>
    public static readonly Schedule EqualTimestamps = new ScheduleScript(replicas: 4)
        .Then(StepKind.Put, Hub, key: 1)
        .Then(StepKind.Put, A, key: 1)
        .Then(StepKind.Put, C)
        .Then(StepKind.Pull, Hub, C)
        .Then(StepKind.Pull, B, A)
        .Then(StepKind.Compact, Hub, choice: FoldAll)
        .Then(StepKind.Pull, B, Hub)
        .Then(StepKind.Pull, A, Hub)
        .Then(StepKind.Exchange, A, B)
        .Build();

    private static ScheduleScript UpToDelete() => new ScheduleScript(replicas: 3)
        .Then(StepKind.Put, Hub)
        .Then(StepKind.Pull, A, Hub)
        .Then(StepKind.Put, A, key: 1)
        .Then(StepKind.Exchange, A, Hub)
        .Then(StepKind.Pull, B, Hub)
        .Then(StepKind.Delete, Hub);
}
