using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Transfer;

/// <summary>
/// Builds the next page of a transfer from one snapshot. Keeps no state: the cursor carries it, so any instance of a hub can
/// build any page.
/// </summary>
public static class PageBuilder
{
    /// <summary>Builds a page of changes in the order of dots.</summary>
    /// <param name="snapshot">The snapshot to read.</param>
    /// <param name="catalog">The collections known here.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="known">What the receiver knows or has received of this transfer.</param>
    /// <param name="cursor">Where to go on; <see langword="null"/> for the first page.</param>
    /// <param name="budget">How much to put into it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static ValueTask<BuiltPage> BuildChangesAsync(
        IStoreSnapshot snapshot,
        CollectionCatalog catalog,
        string scope,
        GlobalVector known,
        TransferCursor? cursor,
        ReadBudget budget,
        CancellationToken cancellationToken = default) =>
        BuildChangesAsync(snapshot, catalog, scope, known, cursor, budget, former: null, cancellationToken);

    /// <summary>
    /// Builds a page of changes under the names of an earlier generation of the scope, which is one of a complete transfer:
    /// <paramref name="known"/> is empty for its first page.
    /// </summary>
    internal static async ValueTask<BuiltPage> BuildChangesAsync(
        IStoreSnapshot snapshot,
        CollectionCatalog catalog,
        string scope,
        GlobalVector known,
        TransferCursor? cursor,
        ReadBudget budget,
        FormerNames? former,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(known);
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        ReplicaTable replicas = snapshot.Replicas;
        GlobalVector forgotten = GlobalVector.From(state.Forgotten, replicas);
        ReplicaId sender = former?.Sender ?? snapshot.Replica;
        if (cursor is not null && (cursor.Sender != sender || !cursor.Forgotten.Equals(forgotten)))
        {
            return new BuiltPage(default, state, 0, Next: null, known);
        }

        VersionVector knownHere = known.ToLocal(replicas);
        bool isComplete = cursor?.IsComplete ?? (former is not null || !state.Forgotten.IsDominatedBy(knownHere));
        int stage = cursor?.Stage ?? 1;
        VersionVector upTo = cursor?.UpTo?.ToLocal(replicas) ?? state.Knowledge;

        // A complete transfer builds on nothing, so it leaves no content out that the receiver is thought to have: it may have
        // been restored from a backup since it asked.
        VersionVector enumerated = isComplete && stage == 1 ? VersionVector.Empty : knownHere;
        var query = new ChangeQuery(enumerated, upTo, ToLocal(cursor?.After, replicas), budget);
        ChangeSlice slice = await snapshot.ReadChangesAsync(scope, query, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = new PageWriter(replicas, catalog.Descriptors).Write(
            scope,
            former?.Of(state) ?? state,
            snapshot.Clock,
            basis: isComplete ? VersionVector.Empty : knownHere.Minimum(state.Knowledge),
            enumerated,
            isComplete,
            range: null,
            former?.Of(slice.Records) ?? slice.Records,
            deltaBasis: DeltaBasis(isComplete, stage, knownHere, state));
        var next = new TransferCursor(
            GlobalVector.From(upTo, replicas),
            slice.Next is { } after ? replicas.Globalize(after) : null,
            sender,
            forgotten,
            isComplete,
            stage);
        return Continue(bytes, state, slice, next, known, upTo, replicas) with { Latest = LatestOf(slice.Records, enumerated) };
    }

    /// <summary>Builds a page of a first transfer, in key order.</summary>
    public static async ValueTask<BuiltPage> BuildFillAsync(
        IStoreSnapshot snapshot,
        CollectionCatalog catalog,
        string scope,
        FillCursor cursor,
        ReadBudget budget,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(cursor);
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        if (!cursor.Sender.IsEmpty && cursor.Sender != snapshot.Replica)
        {
            return new BuiltPage(default, state, 0, Next: null, GlobalVector.Empty);
        }

        var range = new KeyRange(cursor.After, UpTo: null);
        RangeSlice slice = await snapshot.ReadRangeAsync(scope, range, budget, cancellationToken).ConfigureAwait(false);
        if (!slice.IsLast)
        {
            range = range with { UpTo = slice.Records[^1].Key };
        }

        ReadOnlyMemory<byte> bytes = new PageWriter(snapshot.Replicas, catalog.Descriptors).Write(
            scope,
            state,
            snapshot.Clock,
            basis: VersionVector.Empty,
            known: VersionVector.Empty,
            isComplete: true,
            range,
            slice.Records);
        return new BuiltPage(bytes, state, CountOf(slice.Records), Next: null, GlobalVector.Empty)
        {
            Latest = LatestOf(slice.Records, VersionVector.Empty),
        };
    }

    /// <summary>The latest timestamp of the versions of records that a receiver does not know.</summary>
    internal static HybridTimestamp LatestOf(IReadOnlyList<StoredRecord> records, VersionVector known)
    {
        HybridTimestamp latest = default;
        foreach (StoredRecord record in records)
        {
            foreach (RecordVersion version in record.Versions)
            {
                latest = known.Contains(version.Dot) ? latest : HybridTimestamp.Max(latest, version.Timestamp);
            }
        }

        return latest;
    }

    private static BuiltPage Continue(
        ReadOnlyMemory<byte> bytes,
        ScopeState state,
        ChangeSlice slice,
        TransferCursor next,
        GlobalVector known,
        VersionVector upTo,
        ReplicaTable replicas)
    {
        if (slice.Next is not null)
        {
            return new BuiltPage(bytes, state, CountOf(slice.Records), next, known);
        }

        // A stage ends. Where it reached the knowledge of this very snapshot, the transfer does too.
        if (state.Knowledge.IsDominatedBy(upTo))
        {
            return new BuiltPage(bytes, state, CountOf(slice.Records), Next: null, known);
        }

        VersionVector before = next.IsComplete ? VersionVector.Empty : known.ToLocal(replicas);
        GlobalVector received = GlobalVector.From(upTo.Merge(before), replicas);
        return new BuiltPage(
            bytes, state, CountOf(slice.Records), next with { UpTo = null, After = null, Stage = next.Stage + 1 }, received);
    }

    // In the first stage the receiver's knowledge is what it said. Later stages also count what it staged: a record that
    // changed between two pages of a stage may be in none of them, so whole states go then, and in complete transfers.
    private static VersionVector? DeltaBasis(bool isComplete, int stage, VersionVector known, ScopeState state) =>
        isComplete || stage > 1 ? null : known.Minimum(state.Knowledge);

    private static int CountOf(IReadOnlyList<StoredRecord> records) =>
        records.Count(record => !SystemCollections.Contains(record.Key.Collection));

    private static Dot? ToLocal(GlobalDot? after, ReplicaTable replicas) => after is { } dot
        ? new Dot(replicas.Require(dot.Replica), dot.Counter)
        : null;
}
