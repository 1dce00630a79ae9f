namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>What can happen in a plan.</summary>
internal enum StepKind
{
    /// <summary>A person at a device edits something; others go on meanwhile.</summary>
    Edit,

    /// <summary>Several people at a device edit at once.</summary>
    Burst,

    /// <summary>A device syncs, and nothing else begins before it has.</summary>
    Sync,

    /// <summary>A device begins to sync; others go on meanwhile.</summary>
    BeginSync,

    /// <summary>A hub syncs with another.</summary>
    HubSync,

    /// <summary>Time passes.</summary>
    Pass,

    /// <summary>Two nodes are cut off from each other.</summary>
    Cut,

    /// <summary>They can reach each other again.</summary>
    Heal,

    /// <summary>The network gets bad.</summary>
    Storm,

    /// <summary>The network gets good.</summary>
    Calm,

    /// <summary>A process dies at one of its next disk effects.</summary>
    Crash,

    /// <summary>A machine loses power at one of its next disk effects.</summary>
    PowerCut,

    /// <summary>A node that died starts.</summary>
    Restart,

    /// <summary>One of the next writes of a node fails as on a full disk.</summary>
    DiskError,

    /// <summary>A clock jumps.</summary>
    ClockJump,

    /// <summary>A device may no longer write, or no longer read, a scope; or may again.</summary>
    Rights,

    /// <summary>A device leaves a scope, or comes back.</summary>
    Subscription,

    /// <summary>A device goes to another hub, or peer.</summary>
    Reroute,

    /// <summary>The app of a device is replaced by its other version.</summary>
    Upgrade,

    /// <summary>A device leaves a scope with many pages of records and fills it again, while the others go on editing.</summary>
    Refill,

    /// <summary>A device pulls many pages of changes, while the others go on editing.</summary>
    CatchUp,

    /// <summary>Devices that have written much, and not met yet, ask each other for the same scope at once.</summary>
    Crossing,

    /// <summary>The power of a device fails while its apps are being told of their writes.</summary>
    Blackout,

    /// <summary>The same on a disk whose flushes fail.</summary>
    FailedFlush,

    /// <summary>The power of a peer fails while it tells another what it has not flushed yet.</summary>
    Rumor,

    /// <summary>A device that runs ahead by more than a hub takes edits, is refused, and edits again.</summary>
    FarAhead,

    /// <summary>A conflict-free record changes again and again while a long transfer passes by it.</summary>
    LateChange,

    /// <summary>A device pushes to a peer what it made for another, because its way leads elsewhere all at once.</summary>
    Detour,

    /// <summary>A device writes while it is filled for the first time, and goes to another peer before it is full, and back.</summary>
    BrokenFill,

    /// <summary>A device whose writes others have edited is filled for the first time, and goes to another peer before it is full.</summary>
    SharedFill,

    /// <summary>A device that runs ahead gives its writes away, or builds on others', and is refused by another peer afterwards.</summary>
    SpreadAhead,

    /// <summary>A push that a hub refused for its clock comes once more, when the hub's clock has reached it.</summary>
    LateRefusal,

    /// <summary>Pages of a push that was given up come among those of the next.</summary>
    LatePages,

    /// <summary>What is on the disk of every node is copied.</summary>
    BackUp,

    /// <summary>A device is put back to what it was when one of the backups was made.</summary>
    RestoreDevice,

    /// <summary>A hub is.</summary>
    RestoreHub,

    /// <summary>A device is copied, and both go on.</summary>
    Clone,

    /// <summary>A hub forgets deletes, and sometimes old history.</summary>
    Collect,

    /// <summary>People look at everything that a device shows.</summary>
    Read,

    /// <summary>A hub begins a new generation of its scopes.</summary>
    Compact,

    /// <summary>It does so while a device receives many pages.</summary>
    CompactMidway,

    /// <summary>It does so while a device that has written is away, and has not heard of what became of its last push.</summary>
    CompactUnheard,

    /// <summary>A device starts anew, and its background service syncs from now on.</summary>
    Background,
}
