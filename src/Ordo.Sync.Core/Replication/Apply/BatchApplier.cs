using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>
/// Applies a batch of changes inside one transaction, in four steps: <em>merge operations</em> (translate and check the
/// pages), <em>resolve conflicts</em> (the merge rule), <em>apply changes</em> (write what changed), <em>update version
/// vectors</em> (learn the sender's knowledge). An idempotent join: duplicates and re-ordering change nothing.
/// </summary>
public sealed class BatchApplier
{
    private const int PrefetchCount = 512;

    private readonly IStoreTransaction _transaction;
    private readonly CollectionCatalog _catalog;
    private readonly ApplyRules _rules;
    private readonly ScopeDraft _draft;
    private readonly RecordMerger _merger;
    private readonly CompleteTransfer _complete;
    private int _received;
    private HybridTimestamp _latest;

    private BatchApplier(
        IStoreTransaction transaction, CollectionCatalog catalog, ApplyRules rules, ScopeDraft draft, DateTimeOffset now)
    {
        _transaction = transaction;
        _catalog = catalog;
        _rules = rules;
        _draft = draft;
        _merger = new RecordMerger(transaction, catalog, rules, draft, now);
        _complete = new CompleteTransfer(transaction, draft, _merger, now);
    }

    /// <summary>Applies a batch. The caller commits where the result says so, and undoes where it does not.</summary>
    /// <param name="transaction">The transaction to apply in.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="pages">The pages, the last of which carries the knowledge of the whole.</param>
    /// <param name="catalog">The collections known here.</param>
    /// <param name="rules">What the sender is allowed.</param>
    /// <param name="now">The time here, for stamping content anew.</param>
    /// <param name="sink">Is told what changed.</param>
    /// <param name="cancellationToken">Ends the work; the caller undoes the transaction then.</param>
    /// <exception cref="SyncException">A page is malformed; a collection is known with another strategy.</exception>
    public static async ValueTask<ApplyResult> ApplyAsync(
        IStoreTransaction transaction,
        string scope,
        IPageSource pages,
        CollectionCatalog catalog,
        ApplyRules rules,
        DateTimeOffset now,
        IChangeSink? sink = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pages);
        ScopeDraft draft = await ScopeDraft
            .BeginAsync(transaction, scope, catalog, sink, cancellationToken).ConfigureAwait(false);
        var applier = new BatchApplier(transaction, catalog, rules, draft, now);
        return await applier.RunAsync(pages, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ApplyResult> RunAsync(IPageSource pages, CancellationToken cancellationToken)
    {
        TranslatedPage final = await OpenAsync(pages, pages.Count - 1, cancellationToken).ConfigureAwait(false);
        TranslatedPage first = pages.Count == 1
            ? final
            : await OpenAsync(pages, 0, cancellationToken).ConfigureAwait(false);
        ScopeState before = _draft.State;
        bool isBehind = final.ForgotStrangers || !final.Forgotten.IsDominatedBy(before.Knowledge);
        bool isSenderBehind = !before.Forgotten.IsDominatedBy(final.Knowledge);
        bool isComplete = final.Header.IsComplete;
        if (first.BuildsOnStrangers || !first.Base.IsDominatedBy(before.Knowledge))
        {
            return new ApplyResult(ApplyStatus.BaseMissing);
        }

        if (isSenderBehind && !(isComplete && (isBehind || _rules.IsFromLaterGeneration)))
        {
            return new ApplyResult(ApplyStatus.SenderBehind);
        }

        for (int number = 0; number < pages.Count; number++)
        {
            TranslatedPage page = number == pages.Count - 1
                ? final
                : number == 0 ? first : await OpenAsync(pages, number, cancellationToken).ConfigureAwait(false);
            if (!await ApplyPageAsync(page, isComplete, cancellationToken).ConfigureAwait(false))
            {
                return new ApplyResult(ApplyStatus.ClockSkew);
            }
        }

        bool isPartOfFill = final.Header.Range is { } range && range != KeyRange.All;
        if (isComplete && !isPartOfFill)
        {
            await _complete.RemoveUnlistedAsync(final.Knowledge, cancellationToken).ConfigureAwait(false);
        }

        UpdateVectors(final, isPartOfFill);
        int restamped = (isBehind || isSenderBehind) && isComplete && !isPartOfFill
            ? await _complete.RestampAsync(final.Knowledge, before, isSenderBehind, cancellationToken).ConfigureAwait(false)
            : 0;
        await _draft.SaveAsync(cancellationToken).ConfigureAwait(false);
        if (_rules.NotesSpread)
        {
            await SpreadMark.NoteAsync(_transaction, _draft.Scope, _latest, cancellationToken).ConfigureAwait(false);
        }

        return new ApplyResult(ApplyStatus.Applied)
        {
            ReceivedCount = _received,
            ChangedCount = _merger.ChangedCount + _complete.RemovedCount,
            Outcomes = _merger.Meetings.Arrived,
            Met = _merger.Meetings.Here,
            RestampedCount = restamped,
        };
    }

    // Merge operations: one page, its replicas interned, its collections known.
    private async ValueTask<TranslatedPage> OpenAsync(IPageSource pages, int number, CancellationToken cancellationToken)
    {
        PageReader reader = await pages.OpenAsync(number, cancellationToken).ConfigureAwait(false);
        if (!string.Equals(reader.Header.Scope, _draft.Scope, StringComparison.Ordinal))
        {
            throw new SyncException(
                SyncErrorCode.Malformed, $"A page of the scope '{reader.Header.Scope}' came for '{_draft.Scope}'.");
        }

        foreach (var collection in reader.Header.Collections)
        {
            _catalog.Declare(collection);
        }

        return await TranslatedPage.OpenAsync(_transaction, reader, _rules, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> ApplyPageAsync(
        TranslatedPage page, bool isComplete, CancellationToken cancellationToken)
    {
        if (IsTooFarAhead(page.Header.Clock))
        {
            return false;
        }

        var some = new List<RemoteRecord>();
        while (TryReadSome(page, some))
        {
            await _transaction.PrefetchAsync(_draft.Scope, some.ConvertAll(remote => remote.Key), cancellationToken)
                .ConfigureAwait(false);
            foreach (RemoteRecord remote in some)
            {
                if (IsTooFarAhead(remote))
                {
                    return false;
                }

                if (isComplete)
                {
                    _complete.List(remote.Key);
                }

                _received += SystemCollections.Contains(remote.Key.Collection) ? 0 : 1;
                await ApplyRecordAsync(page, remote, isComplete, cancellationToken).ConfigureAwait(false);
                if (IsTooFarAhead(_merger.LatestRegister))
                {
                    return false;
                }
            }
        }

        _transaction.AdvanceClock(page.Header.Clock);
        return true;
    }

    private static bool TryReadSome(TranslatedPage page, List<RemoteRecord> some)
    {
        some.Clear();
        while (some.Count < PrefetchCount && page.TryRead(out RemoteRecord? remote))
        {
            some.Add(remote!);
        }

        return some.Count > 0;
    }

    private bool IsTooFarAhead(RemoteRecord remote)
    {
        foreach (RecordVersion version in remote.Values)
        {
            _latest = HybridTimestamp.Max(_latest, version.Timestamp);
            if (IsTooFarAhead(version.Timestamp))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsTooFarAhead(HybridTimestamp timestamp) => _rules.TimestampMax is { } max && timestamp > max;

    // Resolve conflicts and apply changes: one record.
    private async ValueTask ApplyRecordAsync(
        TranslatedPage page, RemoteRecord remote, bool isComplete, CancellationToken cancellationToken)
    {
        await _merger.RepeatRefusalsAsync(remote, page.MayBring, cancellationToken).ConfigureAwait(false);
        RemoteRecord whole = remote;
        if (page.IsRestricted && !TryRestrict(page, _draft.State.ContextOf(remote.Key), ref remote))
        {
            if (ReferenceEquals(remote, whole))
            {
                await _merger.SettleAsync(remote, page.MayBring, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        if (await _merger.MergeAsync(remote, page.MayBringOf, cancellationToken).ConfigureAwait(false) && isComplete)
        {
            _complete.NoteNew(remote.Key);
        }
    }

    // Leaves out versions the sender may not vouch for. What brings nothing new takes nothing away unseen either.
    private static bool TryRestrict(TranslatedPage page, CausalContext known, ref RemoteRecord remote)
    {
        bool brings = false;
        bool isForeign = remote.NamesStrangers;
        foreach (Dot dot in remote.Dots)
        {
            bool isNew = !known.Contains(dot);
            bool mayBring = page.MayBring(dot);
            brings |= isNew && mayBring;
            isForeign |= isNew && !mayBring;
        }

        if (isForeign)
        {
            remote = WithoutForeign(page, known, remote);
        }

        return brings;
    }

    // What the sender may not bring may be what took the place of others' versions here: those stay until it comes.
    private static RemoteRecord WithoutForeign(TranslatedPage page, CausalContext known, RemoteRecord remote)
    {
        bool MayStay(Dot dot) => known.Contains(dot) || page.MayBring(dot);
        return remote with
        {
            Dots = remote.Dots.RemoveAll(dot => !MayStay(dot)),
            Values = remote.Values.RemoveAll(version => !MayStay(version.Dot)),
            Context = new CausalContext(page.Vouched),
        };
    }

    // Update version vectors: a page of a fill leaves an exception, anything else raises the knowledge.
    private void UpdateVectors(TranslatedPage final, bool isPartOfFill)
    {
        VersionVector learnt = final.Learnable(_draft.State.Knowledge);
        if (isPartOfFill)
        {
            _draft.State = _draft.State.Except(new KnowledgeException(final.Header.Range!.Value, learnt));
            return;
        }

        // What the sender forgot is learnt from every batch, not only from complete ones: a tombstone that merged away on its
        // way here is claimed by K all the same, and whoever pulls from here must be told to look for absences.
        _draft.State = _draft.State.Learn(learnt);
        _draft.State = _draft.State with
        {
            Forgotten = _draft.State.Forgotten.Merge(final.LearnableForgotten(_draft.State.Knowledge)),
        };
    }
}
