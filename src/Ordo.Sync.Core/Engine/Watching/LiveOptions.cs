using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Queries;

namespace Ordo.Sync.Engine.Watching;

/// <summary>What a <see cref="LiveCollection{T}"/> holds, in which order, and how it tells of changes.</summary>
/// <typeparam name="T">The app's type.</typeparam>
public sealed class LiveOptions<T>
{
    /// <summary>
    /// Which records by declared indexes, and their order: as in <see cref="ISyncCollection{T}.QueryAsync"/>, so that only those are
    /// read. The default is all, by key. <see cref="QueryBuilder{T}.Take"/> is not possible: a live collection holds all that match.
    /// </summary>
    public Action<QueryBuilder<T>>? Query { get; set; }

    /// <summary>
    /// Which of them to hold; called on a background thread. The default is all. A conflicted record that refuses to be read passes
    /// without being asked about, so that people see that it is there.
    /// </summary>
    public Func<T, bool>? Filter { get; set; }

    /// <summary>
    /// Their order, ties by key; called on a background thread and on that of <see cref="Context"/>. The default is that of
    /// <see cref="Query"/>. Conflicted records that refuse to be read come last.
    /// </summary>
    public Comparison<T>? Order { get; set; }

    /// <summary>
    /// Where the collection changes and raises its events. The default is the caller's; without one (console apps, servers) that is
    /// a background thread, one change at a time.
    /// </summary>
    public SynchronizationContext? Context { get; set; } = SynchronizationContext.Current;

    /// <summary>
    /// The least pause between two rounds of changes; what happens meanwhile is shown as one. The default is 50 ms, zero shows
    /// everything as soon as <see cref="Context"/> has shown the round before.
    /// </summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// From how many changes in one round on a single <c>Reset</c> is raised instead of an event for each. The default is 100: a view
    /// takes longer for as many single events than for drawing itself anew.
    /// </summary>
    public int ResetFrom { get; set; } = 100;

    /// <summary>
    /// How many changes may wait. Beyond, they are dropped and the collection reads its records anew, so that a slow view costs no
    /// more memory than this. The default is 10,000.
    /// </summary>
    public int BacklogMax { get; set; } = 10_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Pause, TimeSpan.Zero, nameof(Pause));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ResetFrom);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BacklogMax);
    }
}
