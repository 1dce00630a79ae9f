using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>
/// Forgets deletes: a tombstone that is alone in its record, under no exception, and below a floor goes, and F rises to its dot.
/// Who comes later without knowing of it gets a complete transfer, in which absence is deletion; so no delete is ever undone, however
/// the floor is chosen. A good floor saves those transfers: at a hub, what every subscriber seen within the horizon is known to
/// know; elsewhere, what the hub has forgotten.
/// </summary>
/// <remarks>
/// Each version is looked at once, when the floor passes it: the cost follows what changed. One transaction a page; it may end after
/// any of them and goes on from there. Tombstones that were not alone are remembered and looked at again.
/// </remarks>
public static class TombstoneCollector
{
    private const string ProgressArea = "forgetting";
    private const int WaitingMax = 1_000;

    private static readonly ReadBudget PageBudget = new(ProtocolLimits.PageBytesDefault, 1_000);

    /// <summary>Forgets, at a hub, the deletes that everybody knows who was seen since a moment; who was not is no subscriber any more.</summary>
    /// <returns>The number of tombstones collected.</returns>
    public static async ValueTask<int> CollectAsync(
        IRecordStore store,
        CollectionCatalog catalog,
        string scope,
        DateTimeOffset seenSince,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        GlobalVector? floor;
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
            if (!await HasWorkAsync(snapshot, scope, state.Knowledge, cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }

            IReadOnlyList<Subscriber> all = await SubscriberLedger.ListAsync(snapshot, scope, cancellationToken)
                .ConfigureAwait(false);
            floor = FloorOf(all.Where(subscriber => subscriber.SeenAt >= seenSince))
                ?? GlobalVector.From(state.Knowledge, snapshot.Replicas);
            await DismissAsync(store, scope, all.Where(subscriber => subscriber.SeenAt < seenSince), cancellationToken)
                .ConfigureAwait(false);
        }

        return await RunAsync(store, catalog, scope, _ => floor, int.MaxValue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets, at a replica below a hub, the deletes that the hub has forgotten.</summary>
    /// <param name="store">The open store.</param>
    /// <param name="catalog">The collections known here.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="pagesMax">The most pages of 1,000 versions to look at now; the rest waits for the next call.</param>
    /// <param name="cancellationToken">Ends the work; what is committed stays.</param>
    /// <returns>The number of tombstones dropped.</returns>
    public static async ValueTask<int> FollowAsync(
        IRecordStore store,
        CollectionCatalog catalog,
        string scope,
        int pagesMax,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
            if (state.Forgotten.IsEmpty
                || !await HasWorkAsync(snapshot, scope, state.Forgotten, cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }
        }

        return await RunAsync(store, catalog, scope, _ => null, pagesMax, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The pointwise minimum of what subscribers know; <see langword="null"/> where there are none.</summary>
    internal static GlobalVector? FloorOf(IEnumerable<Subscriber> subscribers)
    {
        GlobalVector? floor = null;
        foreach (Subscriber subscriber in subscribers)
        {
            floor = floor is null ? subscriber.Knowledge : floor.Within(subscriber.Knowledge);
        }

        return floor;
    }

    /// <summary>Looks at everything once more, where versions have taken other names.</summary>
    internal static ValueTask ForgetProgressAsync(
        IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(ProgressArea, scope, cancellationToken);

    private static async ValueTask<bool> HasWorkAsync(
        IStoreSnapshot snapshot, string scope, VersionVector ceiling, CancellationToken cancellationToken)
    {
        GlobalVector done = await ReadProgressAsync(snapshot, scope, cancellationToken).ConfigureAwait(false);
        return !ceiling.IsDominatedBy(done.ToLocal(snapshot.Replicas))
            || (await snapshot.ListLocalAsync(WaitingArea(scope), afterKey: null, countMax: 1, cancellationToken)
                .ConfigureAwait(false)).Count > 0;
    }

    private static async ValueTask DismissAsync(
        IRecordStore store, string scope, IEnumerable<Subscriber> gone, CancellationToken cancellationToken)
    {
        Subscriber[] dismissed = [.. gone];
        if (dismissed.Length == 0)
        {
            return;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        foreach (Subscriber subscriber in dismissed)
        {
            await SubscriberLedger.RemoveAsync(transaction, scope, subscriber.Replica, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<int> RunAsync(
        IRecordStore store,
        CollectionCatalog catalog,
        string scope,
        Func<ScopeState, GlobalVector?> chooseFloor,
        int pagesMax,
        CancellationToken cancellationToken)
    {
        int collected = 0;
        bool isLast = false;
        for (int page = 0; page < pagesMax && !isLast; page++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using IStoreTransaction transaction = await store
                .BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
            ScopeDraft draft = await ScopeDraft.BeginAsync(transaction, scope, catalog, sink: null, cancellationToken)
                .ConfigureAwait(false);
            if (!draft.State.Exceptions.IsEmpty)
            {
                // A scope that is still being filled: what its exceptions cover may yet change.
                return collected;
            }

            VersionVector floor = chooseFloor(draft.State)?.ToLocal(transaction.Replicas).Minimum(draft.State.Knowledge)
                ?? draft.State.Forgotten;
            var step = new CollectionStep(transaction, draft, floor);
            if (page == 0)
            {
                await step.RetryAsync(WaitingArea(scope), WaitingMax, cancellationToken).ConfigureAwait(false);
            }

            VersionVector done = (await ReadProgressAsync(transaction, scope, cancellationToken).ConfigureAwait(false))
                .ToLocal(transaction.Replicas);
            ChangeSlice slice = await transaction
                .ReadChangesAsync(scope, new ChangeQuery(done, floor, After: null, PageBudget), cancellationToken)
                .ConfigureAwait(false);
            await step.CollectAsync(slice.Records, WaitingArea(scope), cancellationToken).ConfigureAwait(false);
            if (!step.HasWritten && floor.IsDominatedBy(done))
            {
                // What waits still has company: a sync in which nothing else happens commits nothing.
                return collected;
            }

            isLast = slice.Next is null;
            VersionVector passed = slice.Next is { } next ? Passed(floor, next) : floor;
            await WriteProgressAsync(transaction, scope, done.Merge(passed), cancellationToken).ConfigureAwait(false);
            await step.SaveAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
            collected += step.Count;
        }

        return collected;
    }

    // Changes come in the order of packed dots: by index of the writer, then by counter.
    private static VersionVector Passed(VersionVector floor, Dot next)
    {
        var dots = new List<Dot> { next };
        foreach (Dot dot in floor.Entries)
        {
            if (dot.ReplicaIndex < next.ReplicaIndex)
            {
                dots.Add(dot);
            }
        }

        return VersionVector.Of([.. dots]);
    }

    private static async ValueTask<GlobalVector> ReadProgressAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await snapshot.GetLocalAsync(ProgressArea, scope, cancellationToken).ConfigureAwait(false);
        return bytes is { } value ? GlobalVectorCodec.Decode(value) : GlobalVector.Empty;
    }

    private static ValueTask WriteProgressAsync(
        IStoreTransaction transaction, string scope, VersionVector done, CancellationToken cancellationToken) =>
        transaction.SetLocalAsync(
            ProgressArea, scope, GlobalVectorCodec.Encode(GlobalVector.From(done, transaction.Replicas)), cancellationToken);

    private static string WaitingArea(string scope) => $"forgetting/{scope}";
}
