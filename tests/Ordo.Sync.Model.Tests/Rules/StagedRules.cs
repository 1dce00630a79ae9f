using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>Large transfers: pages to a durable inbox, then delta pages, then everything as one batch.</summary>
internal sealed class StagedRules(
    RuleMutation mutation, PullRules pulls, ApplyRules applies, GenerationRules generations, int pageSize)
{
    /// <summary>Begins, in the receiver's names: from a sender of a later generation everything has to come.</summary>
    public StagedTransfer Begin(Replica receiver, Replica sender, int scopeIndex)
    {
        ScopeState here = receiver.Scopes[scopeIndex]!;
        ScopeState there = sender.Scopes[scopeIndex]!;
        bool isFormer = there.Generation != here.Generation;
        Vector requested = isFormer ? Vector.Empty : here.Knowledge;
        CollectRules.NotePresented(sender, scopeIndex, receiver);
        var transfer = new StagedTransfer(
            sender.Site,
            sender.Incarnation,
            requested,
            isFormer || pulls.MustBeComplete(there, requested),
            here.Keys)
        {
            Generation = here.Generation,
            SenderGeneration = there.Generation,
        };
        here.Staged = transfer;
        return transfer;
    }

    /// <summary>The sender changed its identity, or forgot deletes that the transfer cannot carry any more.</summary>
    public bool IsVoid(StagedTransfer transfer, Replica sender, int scopeIndex)
    {
        if (!pulls.Answers(sender, scopeIndex))
        {
            return true;
        }

        ScopeState there = sender.Scopes[scopeIndex]!;
        bool isRenamed = there.Generation != transfer.SenderGeneration
            && mutation != RuleMutation.TransfersSurviveCompaction;
        if (isRenamed || generations.SourceFor(there, transfer.Generation) is not { } scope)
        {
            return true;
        }

        bool identityChanged = sender.Incarnation != transfer.SenderIncarnation
            && mutation != RuleMutation.StagedSurvivesSenderRestore;
        bool subscribedAnew = !scope.Knowledge.Dominates(transfer.FirstKnowledge ?? Vector.Empty)
            && mutation is not (RuleMutation.TransferSurvivesResubscribe or RuleMutation.StagedSurvivesSenderRestore);
        return identityChanged || subscribedAnew || ForgotMore(transfer, scope);
    }

    /// <summary>
    /// Whether the sender's F grew at all since the first page. That the receiver knows what was forgotten is not enough: a page
    /// read before may hold a version that the sender dropped for the tombstone since, and no later page says so.
    /// </summary>
    private bool ForgotMore(StagedTransfer transfer, ScopeState scope)
    {
        Vector asFirstWritten = transfer.Complete ? transfer.FirstKnowledge ?? scope.Knowledge : transfer.Requested;
        return mutation switch
        {
            RuleMutation.StagedSurvivesForgetting => false,
            RuleMutation.StagedSurvivesForgettingOfTheKnown => !asFirstWritten.Dominates(scope.Forgotten),
            _ => transfer.FirstForgotten is { } first && !first.Dominates(scope.Forgotten),
        };
    }

    /// <summary>Fetches the next page into the inbox. Returns the batch when it was the last one.</summary>
    public Batch? NextPage(StagedTransfer transfer, Replica sender, int scopeIndex)
    {
        ScopeState there = generations.SourceFor(sender.Scopes[scopeIndex]!, transfer.Generation)!;
        transfer.FirstKnowledge ??= there.Knowledge;
        transfer.FirstForgotten ??= there.Forgotten;
        if (transfer.PagesInRound++ == 0)
        {
            transfer.RoundStart = there.Knowledge;
        }

        bool roundEnded = FetchPage(transfer, there);
        if (!roundEnded)
        {
            return mutation == RuleMutation.ClaimAtEveryStagedPage ? ToBatch(transfer, there, sender, scopeIndex) : null;
        }

        // Only a round of one page was read in the very snapshot whose K is claimed.
        if (transfer.PagesInRound == 1 || mutation == RuleMutation.StagedWithoutDelta)
        {
            return ToBatch(transfer, there, sender, scopeIndex);
        }

        transfer.Known = transfer.RoundStart;
        transfer.PagesInRound = 0;
        transfer.NextKey = 0;
        return null;
    }

    /// <summary>Applies what the inbox holds as one batch; the transfer is over either way.</summary>
    public ApplyOutcome Finish(Replica receiver, Batch batch)
    {
        receiver.Scopes[batch.Scope]?.Staged = null;
        return applies.Apply(receiver, batch);
    }

    private bool FetchPage(StagedTransfer transfer, ScopeState there)
    {
        int fetched = 0;
        for (; transfer.NextKey < there.Keys; transfer.NextKey++)
        {
            int key = transfer.NextKey;
            if (!PullRules.Includes(there, key, transfer.Known))
            {
                continue;
            }

            if (fetched == pageSize)
            {
                return false;
            }

            transfer.Inbox[key] = pulls.Read(there, key, transfer.Requested);
            fetched++;
        }

        return true;
    }

    private static Batch ToBatch(StagedTransfer transfer, ScopeState there, Replica sender, int scopeIndex)
    {
        BatchItem[] items = [.. transfer.Inbox.OfType<BatchItem>()];
        return PullRules.ToBatch(there, sender.Clock, scopeIndex, transfer.Requested, transfer.Complete, items);
    }
}
