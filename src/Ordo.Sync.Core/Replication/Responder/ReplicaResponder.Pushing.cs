using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Responder;

// What callers hand over.
public sealed partial class ReplicaResponder
{
    private const int RecordsAheadMax = 64;

    /// <summary>Takes a page of changes: applies it durably, or stages it where more are to come.</summary>
    /// <exception cref="SyncException">
    /// The caller's replica is not registered to the principal, the page is malformed or too large, or a quota is used up. Nothing was
    /// applied.
    /// </exception>
    public async ValueTask<PushResponse> PushAsync(
        PushRequest request, PushCaller caller, IChangeSink? sink = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!await _registry.IsRegisteredAsync(request.Replica, caller.Principal, cancellationToken).ConfigureAwait(false))
        {
            throw new SyncException(
                SyncErrorCode.IdentityRefused, $"The replica {request.Replica} is not registered here.", "Say hello first.");
        }

        GlobalVector claimed = PageReader.Open(request.Page).Header.Knowledge;
        if (await IsCurrentAsync(request.Scope, request.Generation, claimed, cancellationToken).ConfigureAwait(false))
        {
            await _incarnation.CheckAsync(request.Scope, claimed, cancellationToken).ConfigureAwait(false);
        }

        ApplyRules rules = await RulesAsync(request, caller, cancellationToken).ConfigureAwait(false);
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(request.Scope, AheadOf(request), cancellationToken).ConfigureAwait(false);
        RequireHeld(request.Scope);
        if (!catalog.HasSaved(PageReader.Open(request.Page).Header.Collections))
        {
            await RefreshAsync(transaction, cancellationToken).ConfigureAwait(false);
        }

        ReplicaId generation = await GenerationLedger.ReadCurrentAsync(transaction, request.Scope, cancellationToken)
            .ConfigureAwait(false);
        if (generation != request.Generation)
        {
            await ReadChainAsync(transaction, request.Scope, request.Generation, cancellationToken).ConfigureAwait(false);
            PushResponse ended = await AnswerAsync(
                transaction, request.Scope, PushStatus.GenerationEnded, cancellationToken).ConfigureAwait(false);
            await store.PersistAsync(cancellationToken).ConfigureAwait(false);
            return ended;
        }

        UInt128 lease = await LeaseRegister.ReadAsync(transaction, request.Scope, request.Replica, cancellationToken)
            .ConfigureAwait(false);
        if (!LeaseRegister.Continues(request, lease))
        {
            PushResponse unknown = await AnswerAsync(
                transaction, request.Scope, PushStatus.LeaseUnknown, cancellationToken).ConfigureAwait(false);
            await store.PersistAsync(cancellationToken).ConfigureAwait(false);
            return unknown with { Lease = lease };
        }

        if (options.Quota is { } quota)
        {
            string? principal = options.TrustsRelays ? null : caller.Principal;
            await QuotaLedger.CountAsync(
                transaction, quota, request.Scope, principal, request.Page.Length, time.GetUtcNow(), cancellationToken)
                .ConfigureAwait(false);
        }

        PushResponse answer = await TakeAsync(transaction, request, rules, sink, cancellationToken).ConfigureAwait(false);
        if (answer.Status == PushStatus.Applied)
        {
            options.Subscribers?.Note(request.Scope, request.Replica, claimed.Within(answer.Knowledge));
        }

        return answer.Status switch
        {
            PushStatus.Applied when request.NextLease != UInt128.Zero => answer with { Lease = request.NextLease },
            PushStatus.ClockSkew => answer with { Lease = LeaseLink.Refused(request.NextLease) },
            _ => answer with { Lease = lease },
        };
    }

    private ReadAhead AheadOf(PushRequest request) => new()
    {
        Locals =
        [
            GenerationLedger.CurrentOf(request.Scope),
            LeaseRegister.EntryOf(store.Replica, request.Scope, request.Replica),
            PageInbox.HeadOf(request.Scope, request.Replica, TransferDirection.Push),
        ],
        Records = RecordsOf(request),
    };

    // The records of a large page are fetched by the hundreds as they are reached.
    private static IEnumerable<RecordKey> RecordsOf(PushRequest request)
    {
        if (request is not { IsFinal: true, Number: 0 } || PageReader.Open(request.Page) is not { RecordCount: <= RecordsAheadMax } page)
        {
            yield break;
        }

        int[] nobody = [.. page.Replicas.Select(static _ => -1)];
        while (page.TryRead(nobody, VersionVector.Empty, out RemoteRecord? record))
        {
            yield return record!.Key;
        }
    }

    private async ValueTask<PushResponse> TakeAsync(
        IStoreTransaction transaction,
        PushRequest request,
        ApplyRules rules,
        IChangeSink? sink,
        CancellationToken cancellationToken) =>
        request.IsFinal
            ? await ApplyAsync(transaction, request, rules, sink, cancellationToken).ConfigureAwait(false)
            : await StageAsync(transaction, request, cancellationToken).ConfigureAwait(false);

    private async ValueTask<ApplyRules> RulesAsync(
        PushRequest request, PushCaller caller, CancellationToken cancellationToken)
    {
        // The page names replicas: look up those that memory does not hold yet, so that the rule itself needs no store.
        if (!options.TrustsRelays)
        {
            await _incarnation.LoadAsync(cancellationToken).ConfigureAwait(false);
            foreach (ReplicaId replica in PageReader.Open(request.Page).Replicas)
            {
                if (replica != request.Replica && !_registry.IsKnownAs(replica, caller.Principal))
                {
                    await _registry.LoadAsync(replica, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        DateTimeOffset latest = time.GetUtcNow() + options.ClockSkewMax;
        return new ApplyRules
        {
            MayBring = options.TrustsRelays
                ? null
                : replica => _registry.IsKnownAs(replica, caller.Principal) || _incarnation.WasOwn(replica),
            Sender = caller.Principal,
            GathersCarriers = true,
            NotesSpread = options.TrustsRelays,
            TimestampMax = HybridTimestamp.FromUnixMilliseconds(latest.ToUnixTimeMilliseconds()),
            Admission = options.TrustsRelays ? null : new CallerAdmission(caller, options.PayloadBytesMax, options.Reviewer),
        };
    }

    private async ValueTask<PushResponse> StageAsync(
        IStoreTransaction transaction, PushRequest request, CancellationToken cancellationToken)
    {
        bool isStaged = await PageInbox.TryStageAsync(
            transaction,
            request.Scope,
            request.Replica,
            TransferDirection.Push,
            request.Transfer,
            request.Number,
            request.Page,
            options.InboxBytesMax,
            cancellationToken).ConfigureAwait(false);

        // Answered before the commit: the transaction is over then.
        PushResponse response = await AnswerAsync(
            transaction, request.Scope, isStaged ? PushStatus.Staged : PushStatus.Void, cancellationToken).ConfigureAwait(false);
        if (isStaged)
        {
            await StagedTransfers.NoteAsync(transaction, request.Scope, request.Replica, time.GetUtcNow(), cancellationToken)
                .ConfigureAwait(false);
            await transaction.CommitTracedAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private async ValueTask<PushResponse> ApplyAsync(
        IStoreTransaction transaction,
        PushRequest request,
        ApplyRules rules,
        IChangeSink? sink,
        CancellationToken cancellationToken)
    {
        PageInbox? pages = await PageInbox.TryOpenAsync(
            transaction,
            request.Scope,
            request.Replica,
            TransferDirection.Push,
            request.Transfer,
            request.Number,
            request.Page,
            cancellationToken).ConfigureAwait(false);
        if (pages is null)
        {
            return await AnswerAsync(transaction, request.Scope, PushStatus.Void, cancellationToken).ConfigureAwait(false);
        }

        ApplyResult result;
        ISessionObserver? observer = options.Host?.Observe(request.Replica);
        using (SyncActivities.Start("ordo.sync.apply", ActivityKind.Internal, request.Scope))
        {
            result = await BatchApplier.ApplyAsync(
                transaction, request.Scope, pages, catalog, rules, time.GetUtcNow(), observer ?? sink, cancellationToken)
                .ConfigureAwait(false);
        }

        if (result.Status != ApplyStatus.Applied)
        {
            return await AnswerRefusalAsync(request, result.Status, transaction, cancellationToken).ConfigureAwait(false);
        }

        await PageInbox
            .DiscardAsync(transaction, request.Scope, request.Replica, TransferDirection.Push, cancellationToken)
            .ConfigureAwait(false);
        if (request.Number > 0)
        {
            await StagedTransfers.RemoveAsync(transaction, request.Scope, request.Replica, cancellationToken).ConfigureAwait(false);
        }

        await LeaseRegister.WriteAsync(transaction, request, cancellationToken).ConfigureAwait(false);
        await OutcomeLog.AddAsync(transaction, request.Scope, [.. KeptOutcomes(result)], time.GetUtcNow(), cancellationToken)
            .ConfigureAwait(false);
        IReadOnlyList<string> declared = await catalog.SaveAsync(transaction, cancellationToken).ConfigureAwait(false);
        PushResponse response = await AnswerAsync(
            transaction, request.Scope, PushStatus.Applied, cancellationToken).ConfigureAwait(false);
        if (observer is not null)
        {
            await observer.OnCommittingAsync(request.Scope, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitTracedAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        catalog.MarkSaved(declared);
        if (observer is not null)
        {
            await observer.OnCommittedAsync(request.Scope, cancellationToken).ConfigureAwait(false);
            observer.OnOutcomes(request.Scope, result.Met);
        }
        else if (result.ChangedCount > 0)
        {
            Changed?.Invoke(new ScopeChange(request.Scope, request.Replica));
        }

        return response with { Outcomes = result.Outcomes };
    }

    private IEnumerable<OutcomeEntry> KeptOutcomes(ApplyResult result)
    {
        // A peer: what it wrote itself met what was brought, as if it had pulled. A hub's own versions are only its refusals.
        IEnumerable<OutcomeEntry> met = options.TrustsRelays || options.Host is not null ? result.Met : [];

        // Refusals are remembered: who did not hear the answer sends the versions again, and is told again.
        return options.TrustsRelays ? met : met.Concat(result.Outcomes.Where(entry => entry.Rejection is not null));
    }

    // The transaction that was refused has interned ids and perhaps more: its answer is read from the committed state.
    private async ValueTask<PushResponse> AnswerRefusalAsync(
        PushRequest request, ApplyStatus status, IStoreTransaction refused, CancellationToken cancellationToken)
    {
        await refused.DisposeAsync().ConfigureAwait(false);
        if (status == ApplyStatus.ClockSkew)
        {
            // The sender stamps anew what it hears was refused, under other names: no copy of this push may be taken any more.
            await LeaseRegister.RefuseAsync(store, request, cancellationToken).ConfigureAwait(false);
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        PushStatus answer = status switch
        {
            ApplyStatus.BaseMissing => PushStatus.BaseMissing,
            ApplyStatus.SenderBehind => PushStatus.SenderBehind,
            _ => PushStatus.ClockSkew,
        };
        await store.PersistAsync(cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(snapshot, request.Scope, answer, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<PushResponse> AnswerAsync(
        IStoreSnapshot snapshot, string scope, PushStatus status, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        ReplicaTable replicas = snapshot.Replicas;
        return new PushResponse(status, snapshot.Replica, Now(), GlobalVector.From(state.Knowledge, replicas))
        {
            Forgotten = GlobalVector.From(state.Forgotten, replicas),
            Digest = state.Digest,
        };
    }
}
