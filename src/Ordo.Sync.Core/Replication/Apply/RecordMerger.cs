using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Crdt;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>Merges the records of a batch one by one: resolves conflicts and applies what changed.</summary>
internal sealed partial class RecordMerger(
    IStoreTransaction transaction, CollectionCatalog catalog, ApplyRules rules, ScopeDraft draft, DateTimeOffset now)
{
    private readonly MeetingLog _meetings = new(draft.Scope, transaction, catalog);
    private readonly IAdmission? _admission = rules.Admission;
    private bool? _hasLogged;

    // Records come in runs, of new ones or of changes: what the last of a collection was says which way is worth trying.
    private readonly HashSet<string> _changing = new(StringComparer.Ordinal);

    /// <summary>The records that changed.</summary>
    public int ChangedCount { get; private set; }

    /// <summary>What became of versions, on both sides.</summary>
    public MeetingLog Meetings => _meetings;

    /// <summary>Merges one record that the sender brought.</summary>
    /// <param name="remote">The record.</param>
    /// <param name="mayBring">Whose conflict-free elements may be new, by local index; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Whether the record changed here.</returns>
    public async ValueTask<bool> MergeAsync(
        RemoteRecord remote, Func<int, bool>? mayBring, CancellationToken cancellationToken)
    {
        catalog.RequireLane(draft.Scope, remote.Key.Collection);
        CausalContext known = draft.State.ContextOf(remote.Key);
        StrategyBehavior behavior = catalog.BehaviorOf(remote.Key.Collection);
        Validate(behavior, remote);
        Rejection? rejection = _admission?.CheckVersions(draft.Scope, remote, behavior);
        if (rejection is null && _admission?.ReviewsEverything != true && !_changing.Contains(remote.Key.Collection)
            && IsAllNew(remote, known) && !CrdtDocument.IsDelta(remote.ConflictFree)
            && await TryAddAsync(remote, mayBring, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        StoredRecord? local = await transaction.GetAsync(draft.Scope, remote.Key, cancellationToken).ConfigureAwait(false);
        _ = local is null ? _changing.Remove(remote.Key.Collection) : _changing.Add(remote.Key.Collection);
        SiblingPolicy policy = catalog.PolicyOf(remote.Key.Collection);
        if (!MergeRule.TryMerge(local, known, remote, policy, transaction.Replicas, out StoredRecord? merged))
        {
            throw new SyncException(
                SyncErrorCode.Malformed, $"A page names a version of {remote.Key} that is unknown here, without its content.");
        }

        if (ReferenceEquals(merged, local))
        {
            return false;
        }

        if (merged is not null)
        {
            merged = JoinDocuments(local, remote, merged, mayBring);
            merged = await RetractAsync(remote, merged, known, cancellationToken).ConfigureAwait(false);
        }

        RequireSize(merged);
        if (_admission is not null)
        {
            rejection ??= await _admission
                .CheckChangeAsync(draft.Scope, behavior, local, merged, cancellationToken).ConfigureAwait(false);
        }

        if (rejection is not null)
        {
            await RefuseAsync(behavior, local, known, remote, rejection, cancellationToken).ConfigureAwait(false);
            return true;
        }

        await draft.ReplaceAsync(local, merged, cancellationToken).ConfigureAwait(false);
        ChangedCount++;
        _meetings.Note(local, remote, merged);
        await KeepRefusedAsync(local, known, remote, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static void Validate(StrategyBehavior behavior, RemoteRecord remote)
    {
        foreach (RecordVersion version in remote.Values)
        {
            if (version.IsCarrier)
            {
                continue;
            }

            try
            {
                behavior.Validate(version);
            }
            catch (MessagePack.MessagePackSerializationException exception)
            {
                throw WireFormat.Malformed("page", $"{remote.Key}: {exception.Message}", exception);
            }
        }
    }

    private async ValueTask<bool> TryAddAsync(
        RemoteRecord remote, Func<int, bool>? mayBring, CancellationToken cancellationToken)
    {
        SiblingPolicy policy = catalog.PolicyOf(remote.Key.Collection);
        StoredRecord record = MakeNew(remote, MergeRule.Reduce(remote.Values, policy, transaction.Replicas), mayBring);
        if (!await draft.TryAddAsync(record, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        ChangedCount++;
        return true;
    }

    private static bool IsAllNew(RemoteRecord remote, CausalContext known)
    {
        if (remote.Values.Length != remote.Dots.Length)
        {
            return false;
        }

        foreach (Dot dot in remote.Dots)
        {
            if (known.Contains(dot))
            {
                return false;
            }
        }

        return true;
    }

    private static void RequireSize(StoredRecord? merged)
    {
        if (merged is { HasSiblings: true } && merged.SizeBytes > ProtocolLimits.RecordBytesMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge,
                $"The siblings of {merged.Key} together exceed {ProtocolLimits.RecordBytesMax} bytes.",
                "Resolve the record's conflict first.");
        }
    }
}
