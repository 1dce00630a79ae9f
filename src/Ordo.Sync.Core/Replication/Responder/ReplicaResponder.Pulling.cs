using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Responder;

// What callers are handed.
public sealed partial class ReplicaResponder
{
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
        RequireHeld(request.Scope);
        if (request.Known is { } claimed
            && await IsCurrentAsync(request.Scope, request.Generation, claimed, cancellationToken).ConfigureAwait(false))
        {
            await _incarnation.CheckAsync(request.Scope, claimed, cancellationToken).ConfigureAwait(false);
        }

        var ahead = new ReadAhead
        {
            Scope = request.Scope,
            Locals =
            [
                GenerationLedger.CurrentOf(request.Scope),
                LeaseRegister.EntryOf(store.Replica, request.Scope, request.Replica),
            ],
        };
        while (true)
        {
            await using IStoreSnapshot snapshot = await store.ReadAsync(ahead, cancellationToken).ConfigureAwait(false);
            PullResponse answer = await AnswerAsync(snapshot, request, principal, cancellationToken).ConfigureAwait(false);

            if (await TryNoteGivenAsync(snapshot, request, answer, cancellationToken).ConfigureAwait(false))
            {
                await store.PersistAsync(cancellationToken).ConfigureAwait(false);
                return answer;
            }
        }
    }

    // A device notes what it hands out. Where it was stamped anew meanwhile, or is being filled itself since, it is read again.
    private async ValueTask<bool> TryNoteGivenAsync(
        IStoreSnapshot snapshot, PullRequest request, PullResponse answer, CancellationToken cancellationToken)
    {
        if (!options.TrustsRelays && options.Host is null)
        {
            return true;
        }

        bool isPartOfFill = request.Fill is not null && answer.Status == PullStatus.Page
            && PageReader.Open(answer.Page).Header.Range is { UpTo: not null };
        return (!isPartOfFill || await GivenFills.TryNoteAsync(store, snapshot, request.Scope, cancellationToken).ConfigureAwait(false))
            && await SpreadMark.TryNoteAsync(store, snapshot, request.Scope, answer.Latest, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<PullResponse> AnswerAsync(
        IStoreSnapshot snapshot, PullRequest request, string? principal, CancellationToken cancellationToken)
    {
        ReplicaId generation = await GenerationLedger.ReadCurrentAsync(snapshot, request.Scope, cancellationToken)
            .ConfigureAwait(false);
        PullResponse answer;
        if (generation == request.Generation || request.Fill is { After: null })
        {
            answer = await AnswerPullAsync(snapshot, request, cancellationToken).ConfigureAwait(false);
            answer = answer with { Generation = generation };
            await NoteAsync(snapshot, request, answer.Status, principal, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            answer = await AnswerFormerAsync(snapshot, request, cancellationToken).ConfigureAwait(false);
        }

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
        ScopeState state = await ReadWholeScopeAsync(snapshot, request.Scope, cancellationToken).ConfigureAwait(false);
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
            page = await BuildChangesAsync(snapshot, request, known, budget, former: null, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            return Answer(PullStatus.KnowledgeRequired, snapshot, state);
        }

        return Paged(snapshot, state, page);
    }

    // A caller of an earlier generation. Where it knows all that the next one folds, it is told what that is, and renames by itself.
    // Else it gets the whole scope first, under the names of its own generation.
    private async ValueTask<PullResponse> AnswerFormerAsync(
        IStoreSnapshot snapshot, PullRequest request, CancellationToken cancellationToken)
    {
        ScopeState state = await ReadWholeScopeAsync(snapshot, request.Scope, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ScopeGeneration> chain = await ReadChainAsync(
            snapshot, request.Scope, request.Generation, cancellationToken).ConfigureAwait(false);
        if (request.Fill is not null)
        {
            return Answer(PullStatus.Void, snapshot, state);
        }

        if (request.Known is not { } known)
        {
            return Answer(PullStatus.KnowledgeRequired, snapshot, state);
        }

        // Also of what is not folded: elements of conflict-free fields that were removed by it are named by nobody else here.
        if (request.Cursor is null && chain[0].Known.IsDominatedBy(known))
        {
            return Answer(PullStatus.Generation, snapshot, state) with
            {
                Generation = chain[0].Name,
                NextKnown = chain[0].Folded,
            };
        }

        await RefreshAsync(snapshot, cancellationToken).ConfigureAwait(false);
        var budget = new ReadBudget(
            Math.Min(request.BytesMax, options.PageBytesMax), ProtocolLimits.PageRecordsMax);
        GlobalVector before = request.Cursor is null ? GlobalVector.Empty : known;
        BuiltPage page = await BuildChangesAsync(
            snapshot, request, before, budget, new FormerNames(chain, snapshot.Replicas), cancellationToken).ConfigureAwait(false);
        return Paged(snapshot, state, page) with { Generation = chain[^1].Name };
    }

    private PullResponse Paged(IStoreSnapshot snapshot, ScopeState state, BuiltPage page) => page.IsVoid
        ? Answer(PullStatus.Void, snapshot, state)
        : Answer(PullStatus.Page, snapshot, state) with
        {
            Page = page.Bytes,
            Latest = page.Latest,
            Next = page.Next,
            NextKnown = page.Next is null ? null : page.NextKnown,
        };

    private PullResponse Answer(PullStatus status, IStoreSnapshot snapshot, ScopeState state) =>
        new(status, snapshot.Replica, Now(), state.Digest, default) { LiveCount = state.LiveCount };

    private async ValueTask<BuiltPage> BuildChangesAsync(
        IStoreSnapshot snapshot,
        PullRequest request,
        GlobalVector known,
        ReadBudget budget,
        FormerNames? former,
        CancellationToken cancellationToken)
    {
        // A cursor names a replica this store has never met: it is not ours, or older than a restored backup.
        if (request.Cursor?.After is { } after && snapshot.Replicas.IndexOf(after.Replica) < 0)
        {
            ScopeState state = await snapshot.GetScopeAsync(request.Scope, cancellationToken).ConfigureAwait(false);
            return new BuiltPage(default, state, 0, Next: null, known);
        }

        return await PageBuilder
            .BuildChangesAsync(snapshot, catalog, request.Scope, known, request.Cursor, budget, former, cancellationToken)
            .ConfigureAwait(false);
    }
}
