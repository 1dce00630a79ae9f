using System.Collections.Immutable;
using System.Diagnostics;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Live;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Responder;

/// <summary>
/// Answers other replicas from a store: a hub behind HTTP, a peer in the same process. Keeps no state of a session in memory,
/// so any instance over the same store can answer any request. Thread-safe. Authorization is its caller's.
/// </summary>
/// <param name="store">The open store.</param>
/// <param name="catalog">The collections the store knows.</param>
/// <param name="options">What callers are allowed.</param>
/// <param name="time">The clock.</param>
public sealed partial class ReplicaResponder(
    IRecordStore store, CollectionCatalog catalog, ResponderOptions options, TimeProvider time)
{
    private readonly ReplicaRegistry _registry = new(store)
    {
        CountMax = options.ReplicasPerPrincipalMax,
        AdoptsRelayed = options.AdoptsRelayed || options.TrustsRelays,
    };

    private readonly OwnIncarnation _incarnation = new(store, catalog, options.Entropy, time);

    /// <summary>Raised, after a commit, with the scope that a push changed.</summary>
    public event Action<ScopeChange>? Changed;

    /// <summary>Answers a hello: agrees on a version, registers the replica, compares collections.</summary>
    /// <exception cref="SyncException">
    /// No common version; the replica belongs to another principal, is this one, or is known here by way of others alone.
    /// </exception>
    public async ValueTask<HelloResponse> HelloAsync(
        HelloRequest request, string principal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.VersionMin > ProtocolLimits.Version || request.VersionMax < ProtocolLimits.Version)
        {
            throw new SyncException(
                SyncErrorCode.ProtocolVersion,
                $"The caller speaks the protocol's versions {request.VersionMin} to {request.VersionMax}; this replica speaks "
                + $"{ProtocolLimits.Version}.",
                "Upgrade the older side.");
        }

        if (request.Replica == store.Replica)
        {
            // Whoever owned this replica's own id in the registry could bring versions in its name.
            throw new SyncException(
                SyncErrorCode.IdentityRefused,
                $"The replica {request.Replica} is this one.",
                "A copy of a store takes a new incarnation.");
        }

        await _registry.RegisterAsync(request.Replica, principal, cancellationToken).ConfigureAwait(false);
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await RefreshAsync(snapshot, cancellationToken).ConfigureAwait(false);
        }

        ImmutableArray<CollectionDescriptor> mismatches = [.. request.Collections
            .Where(collection => !catalog.TryDeclare(collection))
            .Select(collection => catalog.Descriptors[collection.Name])];
        return new HelloResponse(
            ProtocolLimits.Version, store.Replica, Now(), options.PageBytesMax, options.PayloadBytesMax, mismatches);
    }

    /// <summary>Answers a pull with a page, or says that there is nothing to do.</summary>
    public ValueTask<PullResponse> PullAsync(PullRequest request, CancellationToken cancellationToken = default) =>
        PullAsync(request, principal: null, cancellationToken);

    /// <summary>Answers a pull with a page, or says that there is nothing to do.</summary>
    /// <param name="request">The request.</param>
    /// <param name="principal">
    /// Who asks: what its own replicas show to know is noted; <see langword="null"/> where that is nobody's business.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<PullResponse> PullAsync(
        PullRequest request, string? principal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Known is { } claimed)
        {
            await _incarnation.CheckAsync(request.Scope, claimed, cancellationToken).ConfigureAwait(false);
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        PullResponse answer = await AnswerPullAsync(snapshot, request, cancellationToken).ConfigureAwait(false);
        await store.PersistAsync(cancellationToken).ConfigureAwait(false);
        await NoteAsync(snapshot, request, answer.Status, principal, cancellationToken).ConfigureAwait(false);
        return answer with
        {
            Lease = await LeaseRegister.ReadAsync(snapshot, request.Scope, request.Replica, cancellationToken)
                .ConfigureAwait(false),
        };
    }

    // A request in the middle of a transfer names what was staged too, which nobody may be held to.
    private async ValueTask NoteAsync(
        IStoreSnapshot snapshot,
        PullRequest request,
        PullStatus status,
        string? principal,
        CancellationToken cancellationToken)
    {
        if (options.Subscribers is not { } subscribers || principal is null || request.Cursor is not null
            || (status != PullStatus.UpToDate && request.Known is null)
            || !string.Equals(
                await _registry.LoadAsync(request.Replica, cancellationToken).ConfigureAwait(false),
                principal,
                StringComparison.Ordinal))
        {
            return;
        }

        ScopeState state = await snapshot.GetScopeAsync(request.Scope, cancellationToken).ConfigureAwait(false);
        GlobalVector own = GlobalVector.From(state.Knowledge, snapshot.Replicas);
        subscribers.Note(request.Scope, request.Replica, status == PullStatus.UpToDate ? own : request.Known!.Within(own));
    }

    private async ValueTask<PullResponse> AnswerPullAsync(
        IStoreSnapshot snapshot, PullRequest request, CancellationToken cancellationToken)
    {
        ScopeState state = await snapshot.GetScopeAsync(request.Scope, cancellationToken).ConfigureAwait(false);
        if (!state.Exceptions.IsEmpty)
        {
            // What is half received must not be learnt from: its exceptions would travel, and nobody could settle them.
            throw new SyncException(
                SyncErrorCode.PeerFailed, $"The peer is still receiving the scope '{request.Scope}' itself.", "Try again later.");
        }

        if (request is { Cursor: null, Fill: null } && StateHash.Of(state, snapshot.Replicas) == request.StateHash)
        {
            bool isSame = state.Digest == request.Digest;
            return Answer(isSame ? PullStatus.UpToDate : PullStatus.DigestMismatch, snapshot, state);
        }

        await RefreshAsync(snapshot, cancellationToken).ConfigureAwait(false);
        var budget = new ReadBudget(
            Math.Min(request.BytesMax, options.PageBytesMax), ProtocolLimits.PageRecordsMax);
        BuiltPage page;
        if (request.Fill is { } fill)
        {
            page = await PageBuilder
                .BuildFillAsync(snapshot, catalog, request.Scope, fill, budget, cancellationToken).ConfigureAwait(false);
        }
        else if (request.Known is { } known)
        {
            page = await BuildChangesAsync(snapshot, request, known, budget, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            return Answer(PullStatus.KnowledgeRequired, snapshot, state);
        }

        return page.IsVoid
            ? Answer(PullStatus.Void, snapshot, state)
            : Answer(PullStatus.Page, snapshot, state) with
            {
                Page = page.Bytes,
                Next = page.Next,
                NextKnown = page.Next is null ? null : page.NextKnown,
            };
    }

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

        await _incarnation.CheckAsync(request.Scope, PageReader.Open(request.Page).Header.Knowledge, cancellationToken)
            .ConfigureAwait(false);
        ApplyRules rules = await RulesAsync(request, caller, cancellationToken).ConfigureAwait(false);
        await using IStoreTransaction transaction = await store
            .BeginScopeAsync(request.Scope, cancellationToken).ConfigureAwait(false);
        await RefreshAsync(transaction, cancellationToken).ConfigureAwait(false);
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
            GlobalVector knowledge = PageReader.Open(request.Page).Header.Knowledge;
            options.Subscribers?.Note(request.Scope, request.Replica, knowledge.Within(answer.Knowledge));
        }

        bool isReplaced = answer.Status == PushStatus.Applied && request.NextLease != UInt128.Zero;
        return answer with { Lease = isReplaced ? request.NextLease : lease };
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

    // Another process over the same store may have met a collection that this one has not.
    private ValueTask RefreshAsync(IStoreSnapshot snapshot, CancellationToken cancellationToken) =>
        store is ISharedRecordStore ? catalog.RefreshAsync(snapshot, cancellationToken) : ValueTask.CompletedTask;

    private async ValueTask<BuiltPage> BuildChangesAsync(
        IStoreSnapshot snapshot,
        PullRequest request,
        GlobalVector known,
        ReadBudget budget,
        CancellationToken cancellationToken)
    {
        // A cursor names a replica this store has never met: it is not ours, or older than a restored backup.
        if (request.Cursor?.After is { } after && snapshot.Replicas.IndexOf(after.Replica) < 0)
        {
            ScopeState state = await snapshot.GetScopeAsync(request.Scope, cancellationToken).ConfigureAwait(false);
            return new BuiltPage(default, state, 0, Next: null, known);
        }

        return await PageBuilder
            .BuildChangesAsync(snapshot, catalog, request.Scope, known, request.Cursor, budget, cancellationToken)
            .ConfigureAwait(false);
    }

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
            GathersCarriers = true,
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
            request.Transfer,
            request.Number,
            request.Page,
            cancellationToken).ConfigureAwait(false);
        if (pages is null)
        {
            return await AnswerAsync(transaction, request.Scope, PushStatus.Void, cancellationToken).ConfigureAwait(false);
        }

        ApplyResult result;
        using (SyncActivities.Start("ordo.sync.apply", ActivityKind.Internal, request.Scope))
        {
            result = await BatchApplier.ApplyAsync(
                transaction, request.Scope, pages, catalog, rules, time.GetUtcNow(), sink, cancellationToken)
                .ConfigureAwait(false);
        }

        if (result.Status != ApplyStatus.Applied)
        {
            return await AnswerRefusalAsync(request.Scope, result.Status, transaction, cancellationToken)
                .ConfigureAwait(false);
        }

        await PageInbox.DiscardAsync(transaction, request.Scope, request.Replica, cancellationToken).ConfigureAwait(false);
        await LeaseRegister.WriteAsync(transaction, request, cancellationToken).ConfigureAwait(false);
        if (options.TrustsRelays)
        {
            // A peer: what it wrote itself met what was brought, as if it had pulled. A hub's own versions are only its refusals.
            await OutcomeLog.AddAsync(transaction, request.Scope, result.Met, time.GetUtcNow(), cancellationToken)
                .ConfigureAwait(false);
        }
        else
        {
            // Refusals are remembered: who did not hear the answer sends the versions again, and is told again.
            await OutcomeLog.AddAsync(
                transaction,
                request.Scope,
                [.. result.Outcomes.Where(entry => entry.Rejection is not null)],
                time.GetUtcNow(),
                cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<string> declared = await catalog.SaveAsync(transaction, cancellationToken).ConfigureAwait(false);
        PushResponse response = await AnswerAsync(
            transaction, request.Scope, PushStatus.Applied, cancellationToken).ConfigureAwait(false);
        await transaction.CommitTracedAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        catalog.MarkSaved(declared);
        if (result.ChangedCount > 0)
        {
            Changed?.Invoke(new ScopeChange(request.Scope, request.Replica));
        }

        return response with { Outcomes = result.Outcomes };
    }

    // The transaction that was refused has interned ids and perhaps more: its answer is read from the committed state.
    private async ValueTask<PushResponse> AnswerRefusalAsync(
        string scope, ApplyStatus status, IStoreTransaction refused, CancellationToken cancellationToken)
    {
        await refused.DisposeAsync().ConfigureAwait(false);
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        PushStatus answer = status switch
        {
            ApplyStatus.BaseMissing => PushStatus.BaseMissing,
            ApplyStatus.SenderBehind => PushStatus.SenderBehind,
            _ => PushStatus.ClockSkew,
        };
        await store.PersistAsync(cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(snapshot, scope, answer, cancellationToken).ConfigureAwait(false);
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

    private PullResponse Answer(PullStatus status, IStoreSnapshot snapshot, ScopeState state) =>
        new(status, snapshot.Replica, Now(), state.Digest, default) { LiveCount = state.LiveCount };

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
