using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>
/// The fill of an empty scope, used before it is complete: each page is applied with the exception (its key range, K at
/// that page); K of the first page is claimed at the end, because every later page was read from a sender that knew
/// more.
/// </summary>
internal sealed class FillRules(
    RuleMutation mutation,
    PullRules pulls,
    ApplyRules applies,
    WriteRules writes,
    Action<Replica> rotate,
    int pageSize)
{
    /// <summary>
    /// Begins where nothing of others is here: in the generation of the sender, if nothing at all is.
    /// </summary>
    public static PageFill Begin(Replica receiver, Replica sender, int scopeIndex)
    {
        ScopeState here = receiver.Scopes[scopeIndex]!;
        ScopeState there = sender.Scopes[scopeIndex]!;
        here.Generation = there.Generation;
        CollectRules.NotePresented(sender, scopeIndex, receiver);
        var fill = new PageFill(sender.Site, sender.Incarnation, there.Knowledge, there.Forgotten)
        {
            Unsent = [.. Enumerable.Range(0, here.Keys).SelectMany(here.Versions).Select(version => version.Dot)],
        };
        here.Fill = fill;
        return fill;
    }

    /// <summary>
    /// Whether the fill cannot go on: the sender changed its identity or forgot more, or this scope learned by another
    /// way of deletes that the claim at the end would not cover.
    /// </summary>
    public bool IsVoid(PageFill fill, ScopeState here, Replica sender, int scopeIndex)
    {
        if (!pulls.Answers(sender, scopeIndex))
        {
            return true;
        }

        ScopeState there = sender.Scopes[scopeIndex]!;
        bool identityChanged = sender.Incarnation != fill.SenderIncarnation
            && mutation != RuleMutation.FillSurvivesSenderRestore;
        bool subscribedAnew = !there.Knowledge.Dominates(fill.FirstKnowledge)
            && mutation is not (RuleMutation.TransferSurvivesResubscribe or RuleMutation.FillSurvivesSenderRestore);
        bool forgotMore = !fill.FirstForgotten.Dominates(there.Forgotten)
            && mutation != RuleMutation.FillSurvivesForgetting;
        bool overtaken = !fill.FirstKnowledge.Dominates(here.Forgotten);
        bool isRenamed = there.Generation != here.Generation && mutation != RuleMutation.FillSurvivesCompaction;
        return isRenamed || identityChanged || subscribedAnew || (!fill.IsClaimed && (forgotMore || overtaken));
    }

    /// <summary>
    /// Starts the scope anew: drops V, K, X and F, takes a new incarnation and puts again what was written here
    /// meanwhile. Exceptions cannot be kept, because nobody may be left who could ever dominate them; nor given up
    /// alone, because K claims own dots that a version under an exception has superseded.
    /// </summary>
    public void Abandon(Replica receiver, Replica sender, int scopeIndex)
    {
        ScopeState old = receiver.Scopes[scopeIndex]!;
        if (mutation == RuleMutation.FillRestartsWhenVoid && pulls.Answers(sender, scopeIndex))
        {
            Begin(receiver, sender, scopeIndex);
            return;
        }

        receiver.Scopes[scopeIndex] = new ScopeState(old.Keys);
        rotate(receiver);
        for (int key = 0; key < old.Keys; key++)
        {
            foreach (Version version in old.Versions(key))
            {
                if (old.Fill!.Unsent.Contains(version.Dot))
                {
                    writes.Put(receiver, scopeIndex, key, version.Content, seen: []);
                }
            }
        }
    }

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
        here.Fill = fill with { NextKey = end };
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

    /// <summary>
    /// What the sender does not know (written here before the fill began, or come from another side meanwhile) may have met a delete
    /// elsewhere that the sender has forgotten, and that decided against it: it gets a new dot and a later timestamp, as where a
    /// complete batch comes to a replica that is behind.
    /// </summary>
    private void Claim(Replica receiver, int scopeIndex, Vector knowledge)
    {
        ScopeState here = receiver.Scopes[scopeIndex]!;
        PageFill fill = here.Fill!;
        here.Fill = fill with { IsClaimed = true };
        bool behind = !here.Knowledge.Dominates(fill.FirstForgotten);
        for (int key = 0; key < here.Keys && behind && mutation != RuleMutation.FillRestampsNothing; key++)
        {
            Vector? exception = here.Exception(key);
            if (Array.Exists(here.Versions(key), version => mutation == RuleMutation.FillRestampsOwn
                ? fill.Unsent.Contains(version.Dot)
                : !MergeRules.Covers(knowledge, exception, version.Dot)))
            {
                writes.Restamp(receiver, scopeIndex, key);
            }
        }

        applies.LearnKnowledge(receiver, here, knowledge);
        here.Forgotten = here.Forgotten.Join(fill.FirstForgotten);
        here.DropDominatedExceptions();
    }
}
