using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// Takes one pulled page in, inside a transaction of its caller: a page of a fill is applied under an exception, a page of a
/// longer transfer is staged, the last one applies everything as one batch.
/// </summary>
internal sealed class PageReceiver(
    IStoreTransaction transaction,
    string scope,
    ReplicaId peer,
    SessionLedger ledger,
    CollectionCatalog catalog,
    ReplicaId generation,
    UInt128 newTransfer)
{
    /// <summary>Whether the page ended a transfer, so that it has to be on the disk before the peer hears of it.</summary>
    public bool IsFinal { get; private set; } = true;

    /// <summary>Whether the sender forgot more since the fill began: what was received so far may lack deletes.</summary>
    public bool IsVoid { get; private set; }

    /// <summary>Whether pages received before are not in the inbox any more: the transfer begins anew.</summary>
    public bool HasLostPages { get; private set; }

    /// <summary>
    /// Whether the page was asked for when the scope was another: since then somebody began to fill it from this replica, so that the
    /// transfer goes in stages, or something was written in it, so that another generation has to be followed.
    /// </summary>
    public bool MustAskAgain { get; private set; }

    public ValueTask<ApplyResult> ReceiveAsync(
        PullResponse response,
        bool isFill,
        DateTimeOffset now,
        IChangeSink sink,
        CancellationToken cancellationToken) => isFill
            ? FillAsync(response, now, sink, cancellationToken)
            : response.Next is not null
                ? StageAsync(response, cancellationToken)
                : ApplyAsync(response, now, sink, cancellationToken);

    private async ValueTask<ApplyResult> FillAsync(
        PullResponse response, DateTimeOffset now, IChangeSink sink, CancellationToken cancellationToken)
    {
        PageHeader header = PageReader.Open(response.Page).Header;
        KeyRange range = header.Range
            ?? throw WireFormat.Malformed("page", "a page of a first transfer names no range of keys.");
        FillProgress? progress = await ledger.ReadFillAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (range.After != progress?.After || (range.UpTo is { } end && range.After is { } begin && end <= begin))
        {
            throw WireFormat.Malformed("page", $"a page of a first transfer covers {range}, which was not asked for.");
        }

        if (progress is not null && !header.Forgotten.Equals(progress.Forgotten))
        {
            IsVoid = true;
            return new ApplyResult(ApplyStatus.BaseMissing);
        }

        if (progress is null && ((range.UpTo is not null
                && await GivenFills.HasAsync(transaction, scope, cancellationToken).ConfigureAwait(false))
            || !await MayEnterAsync(response.Generation, cancellationToken).ConfigureAwait(false)))
        {
            MustAskAgain = true;
            return new ApplyResult(ApplyStatus.BaseMissing);
        }

        ApplyResult result = await BatchApplier.ApplyAsync(
            transaction, scope, new SinglePage(response.Page), catalog, ApplyRules.Trusting, now, sink, cancellationToken)
            .ConfigureAwait(false);
        if (result.Status != ApplyStatus.Applied)
        {
            return result;
        }

        if (progress is null)
        {
            await GenerationLedger.WriteCurrentAsync(transaction, scope, response.Generation, cancellationToken)
                .ConfigureAwait(false);
        }

        if (range.UpTo is { } last)
        {
            IsFinal = false;
            FillProgress next = progress is null
                ? new FillProgress(last, header.Knowledge, header.Forgotten, IsReceived: false)
                : progress with { After = last };
            await ledger.WriteFillAsync(transaction, scope, next, cancellationToken).ConfigureAwait(false);
            return result;
        }

        if (progress is not null)
        {
            await ClaimAsync(progress, now, sink, cancellationToken).ConfigureAwait(false);
        }

        GlobalVector peerKnowledge = progress?.Knowledge ?? header.Knowledge;
        await ledger.WritePeerAsync(transaction, scope, peerKnowledge, cancellationToken).ConfigureAwait(false);
        return result;
    }

    // The session looked before it asked; since then the app may have written, under names of the former generation.
    private async ValueTask<bool> MayEnterAsync(ReplicaId next, CancellationToken cancellationToken) => next == generation
        || (await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false)).Knowledge.IsEmpty;

    // The fill is complete: what the sender knew at its first page holds for every key now.
    private async ValueTask ClaimAsync(
        FillProgress progress, DateTimeOffset now, IChangeSink sink, CancellationToken cancellationToken)
    {
        ScopeDraft draft = await ScopeDraft
            .BeginAsync(transaction, scope, catalog, sink, cancellationToken).ConfigureAwait(false);
        VersionVector knowledge = progress.Knowledge.ToLocal(transaction.Replicas);
        VersionVector forgotten = progress.Forgotten.ToLocal(transaction.Replicas);
        ScopeState before = draft.State;
        bool isBehind = !forgotten.IsDominatedBy(before.Knowledge);
        ScopeState state = before.Learn(knowledge);
        draft.State = state with { Forgotten = state.Forgotten.Merge(forgotten) };
        if (isBehind)
        {
            await FillRestamping.RunAsync(transaction, draft, knowledge, before, now, cancellationToken).ConfigureAwait(false);
        }

        await draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        await ledger.WriteFillAsync(transaction, scope, progress with { IsReceived = true }, cancellationToken).ConfigureAwait(false);
        await ledger.TryEndFillAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ApplyResult> StageAsync(PullResponse response, CancellationToken cancellationToken)
    {
        IsFinal = false;
        PullProgress? progress = await ledger.ReadPullAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        UInt128 transfer = progress?.Transfer ?? newTransfer;
        int number = progress?.StagedCount ?? 0;

        // A page is checked before it is kept: a damaged one must not wait in the inbox for the end of the transfer.
        PageReader page = PageReader.Open(response.Page);
        await PageInbox.TryStageAsync(
            transaction, scope, peer, TransferDirection.Pull, transfer, number, response.Page, long.MaxValue, cancellationToken)
            .ConfigureAwait(false);
        GlobalVector known = response.NextKnown
            ?? throw WireFormat.Malformed("pull response", "a transfer that goes on names what is known.");
        await ledger.WritePullAsync(
            transaction, scope, new PullProgress(transfer, number + 1, known, response.Next!), cancellationToken)
            .ConfigureAwait(false);
        return new ApplyResult(ApplyStatus.Applied) { ReceivedCount = page.RecordCount };
    }

    private async ValueTask<ApplyResult> ApplyAsync(
        PullResponse response, DateTimeOffset now, IChangeSink sink, CancellationToken cancellationToken)
    {
        PullProgress? progress = await ledger.ReadPullAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        PageInbox? pages = await PageInbox.TryOpenAsync(
            transaction,
            scope,
            peer,
            TransferDirection.Pull,
            progress?.Transfer ?? UInt128.Zero,
            progress?.StagedCount ?? 0,
            response.Page,
            cancellationToken).ConfigureAwait(false);
        if (pages is null)
        {
            HasLostPages = true;
            return new ApplyResult(ApplyStatus.BaseMissing);
        }

        ApplyRules rules = ApplyRules.Trusting with { IsFromLaterGeneration = response.Generation != generation };
        ApplyResult result = await BatchApplier.ApplyAsync(
            transaction, scope, pages, catalog, rules, now, sink, cancellationToken).ConfigureAwait(false);
        if (result.Status != ApplyStatus.Applied)
        {
            return result;
        }

        if (progress is not null)
        {
            await PageInbox.DiscardAsync(transaction, scope, peer, TransferDirection.Pull, cancellationToken).ConfigureAwait(false);
            await ledger.RemovePullAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
            result = result with { ReceivedCount = PageReader.Open(response.Page).RecordCount };
        }

        await ledger.TryEndFillAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        GlobalVector peerKnowledge = PageReader.Open(response.Page).Header.Knowledge;
        await ledger.WritePeerAsync(transaction, scope, peerKnowledge, cancellationToken).ConfigureAwait(false);
        return result;
    }
}
