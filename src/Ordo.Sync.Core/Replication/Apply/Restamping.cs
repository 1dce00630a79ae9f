using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>Writes content anew under fresh dots of this replica, where the old ones cannot stand.</summary>
public static class Restamping
{
    /// <summary>Restamps those versions of a record whose dots match, in the caller's transaction.</summary>
    public static async ValueTask RestampAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        Func<Dot, bool> matches,
        DateTimeOffset now,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(matches);
        var versions = ImmutableArray.CreateBuilder<RecordVersion>(record.Versions.Length);
        foreach (RecordVersion version in record.Versions)
        {
            versions.Add(matches(version.Dot)
                ? await RestampAsync(transaction, draft, record.Key, version, now, cancellationToken).ConfigureAwait(false)
                : version);
        }

        StoredRecord restamped = record with { Versions = SiblingOrder.Sort(versions, transaction.Replicas) };
        await draft.ReplaceAsync(record, restamped, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts all versions of a record that is not held any more again.</summary>
    public static async ValueTask PutAgainAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        StoredRecord record,
        DateTimeOffset now,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(record);
        var versions = ImmutableArray.CreateBuilder<RecordVersion>(record.Versions.Length);
        foreach (RecordVersion version in record.Versions)
        {
            versions.Add(await RestampAsync(transaction, draft, record.Key, version, now, cancellationToken)
                .ConfigureAwait(false));
        }

        StoredRecord again = record with { Versions = SiblingOrder.Sort(versions, transaction.Replicas) };
        await draft.ReplaceAsync(before: null, again, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<RecordVersion> RestampAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        RecordKey key,
        RecordVersion version,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        Dot dot = transaction.NextDots();
        HybridTimestamp timestamp = HybridLogicalClock.Tick(transaction.Clock, now);
        transaction.AdvanceClock(timestamp);
        draft.Issue(dot);
        var entry = new JournalEntry(draft.Scope, key, dot, timestamp, OperationKind.Restamp);
        await transaction.AppendJournalAsync(entry, cancellationToken).ConfigureAwait(false);
        return version.Restamp(dot, timestamp);
    }
}
