using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>
/// The fill of an empty scope, used before it is complete: each page is applied with the exception (its key range, K at
/// that page); K of the first page is claimed at the end, because every later page was read from a sender that knew more.
/// </summary>
internal sealed class FillRules(
    RuleMutation mutation, PullRules pulls, ApplyRules applies, WriteRules writes, int pageSize)
{
    public static PageFill Begin(Replica receiver, Replica sender, int scopeIndex)
    {
        ScopeState here = receiver.Scopes[scopeIndex]!;
        ScopeState there = sender.Scopes[scopeIndex]!;
        CollectRules.NotePresented(sender, scopeIndex, receiver.Incarnation, here.Knowledge);
        var fill = new PageFill(sender.Site, sender.Incarnation, there.Knowledge, there.Forgotten);
        here.Fill = fill;
        return fill;
    }

    public bool IsVoid(PageFill fill, Replica sender, int scopeIndex)
    {
        if (sender.Scopes[scopeIndex] is not { } scope)
        {
            return true;
        }

        bool identityChanged = sender.Incarnation != fill.SenderIncarnation
            && mutation != RuleMutation.FillSurvivesSenderRestore;
        bool forgotMore = !fill.FirstForgotten.Dominates(scope.Forgotten)
            && mutation != RuleMutation.FillSurvivesForgetting;
        return identityChanged || forgotMore;
    }

    /// <summary>Meanwhile the scope was filled by another way, from a replica that forgot more than this sender knows.</summary>
    public static bool IsMoot(PageFill fill, ScopeState here) => !fill.FirstKnowledge.Dominates(here.Forgotten);

    /// <summary>Applies the next page; at the last one claims. Returns whether the fill is over.</summary>
    public bool NextPage(Replica receiver, Replica sender, int scopeIndex)
    {
        ScopeState here = receiver.Scopes[scopeIndex]!;
        ScopeState there = sender.Scopes[scopeIndex]!;
        PageFill fill = here.Fill!;
        int end = Math.Min(fill.NextKey + pageSize, here.Keys);
        for (int key = fill.NextKey; key < end; key++)
        {
            ApplyRecord(here, there, key);
        }

        applies.LearnTime(receiver, sender.Clock);
        fill.NextKey = end;
        if (mutation == RuleMutation.ClaimAtEveryFillPage)
        {
            here.Knowledge = here.Knowledge.Join(there.Knowledge);
        }

        if (end < here.Keys)
        {
            return false;
        }

        Claim(receiver, scopeIndex, mutation == RuleMutation.ClaimLastFillPage ? there.Knowledge : fill.FirstKnowledge);
        return true;
    }

    private void ApplyRecord(ScopeState here, ScopeState there, int key)
    {
        // Values are left out only where this record is known here: the page is asked for by K(o), not by K.
        Vector requested = here.Exception(key) is { } exception ? here.Knowledge.Join(exception) : here.Knowledge;
        if (there.Versions(key).Length > 0)
        {
            applies.Merging.Merge(here, pulls.Read(there, key, requested), there.Knowledge);
        }
        else
        {
            applies.Merging.MergeAbsence(here, key, there.Knowledge, there.Exception(key));
        }

        Vector known = there.Exception(key) is { } theirs ? there.Knowledge.Join(theirs) : there.Knowledge;
        here.AddException(key, known);
    }

    private void Claim(Replica receiver, int scopeIndex, Vector knowledge)
    {
        ScopeState here = receiver.Scopes[scopeIndex]!;
        PageFill fill = here.Fill!;
        here.Fill = null;
        bool behind = !here.Knowledge.Dominates(fill.FirstForgotten);
        applies.LearnKnowledge(receiver, here, knowledge);
        here.Forgotten = here.Forgotten.Join(fill.FirstForgotten);
        here.DropDominatedExceptions();
        for (int key = 0; behind && mutation != RuleMutation.FillDoesNotRestamp && key < here.Keys; key++)
        {
            if (Array.Exists(here.Versions(key), version => !fill.FirstKnowledge.Covers(version.Dot)))
            {
                writes.Restamp(receiver, scopeIndex, key);
            }
        }
    }
}
