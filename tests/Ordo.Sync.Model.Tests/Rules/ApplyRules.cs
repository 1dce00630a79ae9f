using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>apply(batch), in one transaction.</summary>
internal sealed class ApplyRules(RuleMutation mutation, WriteRules writes, GenerationRules generations)
{
    public MergeRules Merging { get; } = new(mutation);

    /// <summary>Applies the batch, or refuses it and changes nothing.</summary>
    public ApplyOutcome Apply(Replica receiver, Batch batch)
    {
        if (receiver.Scopes[batch.Scope] is not { } scope)
        {
            return ApplyOutcome.NotSubscribed;
        }

        if (!IsOfGeneration(receiver, scope, batch))
        {
            return ApplyOutcome.OtherGeneration;
        }

        if (batch.Next is not null)
        {
            return generations.Adopt(receiver, batch);
        }

        if (!HasBase(scope, batch))
        {
            return ApplyOutcome.BaseMissing;
        }

        bool behind = !scope.Knowledge.Dominates(batch.Forgotten);
        bool senderBehind = !batch.Knowledge.Dominates(scope.Forgotten);
        bool mayFollow = batch.IsFromLaterGeneration && mutation != RuleMutation.RefusesLaterGenerationBehind;
        if (senderBehind && RefusesSenderBehind(batch.Complete && (behind || mayFollow)))
        {
            return ApplyOutcome.SenderBehind;
        }

        if (mutation != RuleMutation.IgnoresGenerations)
        {
            scope.Generation = batch.Generation;
        }

        bool mustRestamp = behind || (senderBehind && batch.IsFromLaterGeneration);
        ScopeState? before = mustRestamp && senderBehind ? scope.Copy() : null;
        MergeRecords(scope, batch, batch.Items.Count);
        Learn(receiver, scope, batch);
        if (mustRestamp && mutation != RuleMutation.NoRestamp)
        {
            RestampWhatIsUnknown(receiver, batch, before);
        }

        return ApplyOutcome.Applied;
    }

    /// <summary>A transaction cut off after some items leaves nothing behind.</summary>
    public ApplyOutcome Interrupt(Replica receiver, Batch batch, int appliedItems)
    {
        if (mutation != RuleMutation.LearnFromInterruptedBatch)
        {
            return ApplyOutcome.Interrupted;
        }

        if (receiver.Scopes[batch.Scope] is { } scope && batch.Next is null && scope.Generation == batch.Generation
            && HasBase(scope, batch) && batch.Knowledge.Dominates(scope.Forgotten))
        {
            MergeRecords(scope, batch, appliedItems);
            Learn(receiver, scope, batch);
        }

        return ApplyOutcome.Interrupted;
    }

    /// <summary>Whether the names of the batch are those used here, or are taken over with it.</summary>
    private bool IsOfGeneration(Replica receiver, ScopeState scope, Batch batch) => scope.Generation == batch.Generation
        || mutation == RuleMutation.IgnoresGenerations || (batch.Next is null && generations.MayEnter(receiver, scope));

    /// <summary>
    /// base ≤ K; and, of a complete batch, whose base is ∅, also Kreq ≤ K, because it left out the values Kreq covers.
    /// </summary>
    private bool HasBase(ScopeState scope, Batch batch) =>
        (scope.Knowledge.Dominates(batch.Base) || mutation == RuleMutation.SkipBaseCheck)
        && (!batch.Complete || mutation == RuleMutation.SkipValueCheck || scope.Knowledge.Dominates(batch.Requested));

    private bool RefusesSenderBehind(bool completeAndBehind) => mutation switch
    {
        RuleMutation.AcceptSenderBehind => false,
        RuleMutation.RefuseEverySenderBehind => true,
        _ => !completeAndBehind,
    };

    private void MergeRecords(ScopeState scope, Batch batch, int itemCount)
    {
        for (int i = 0; i < itemCount; i++)
        {
            Merging.Merge(scope, batch.Items[i], batch.Knowledge);
        }

        for (int key = 0; batch.Complete && key < scope.Keys; key++)
        {
            if (batch.Find(key) is null)
            {
                Merging.MergeAbsence(scope, key, batch.Knowledge, exception: null);
            }
        }
    }

    private void Learn(Replica receiver, ScopeState scope, Batch batch)
    {
        LearnKnowledge(receiver, scope, batch.Knowledge);
        foreach (BatchItem item in batch.Items)
        {
            if (item.Exception is { } exception && mutation != RuleMutation.ExceptionsTravelUnstored)
            {
                scope.AddException(item.Key, exception);
            }
        }

        scope.DropDominatedExceptions();
        if (LearnsForgotten(batch))
        {
            // From a delta too: a tombstone merged away here may be one that the sender forgot, and who pulls from here
            // must come to know that it missed a delete.
            scope.Forgotten = scope.Forgotten.Join(batch.Forgotten);
        }

        LearnTime(receiver, batch.Timestamp);
    }

    private bool LearnsForgotten(Batch batch) => mutation switch
    {
        RuleMutation.ForgottenIsNotLearned => false,
        RuleMutation.ForgottenOnlyFromComplete => batch.Complete,
        _ => true,
    };

    public void LearnKnowledge(Replica receiver, ScopeState scope, Vector knowledge)
    {
        scope.Knowledge = scope.Knowledge.Join(knowledge);
        if (mutation == RuleMutation.OneKnowledgeForAllScopes)
        {
            foreach (ScopeState? other in receiver.Scopes)
            {
                other?.Knowledge = other.Knowledge.Join(knowledge);
            }
        }
    }

    public void LearnTime(Replica receiver, int timestamp)
    {
        if (mutation is not (RuleMutation.ClockIgnoresBatches or RuleMutation.ClockIsPhysical))
        {
            receiver.Clock = Math.Max(receiver.Clock, timestamp);
        }
    }

    /// <summary>
    /// The receiver missed deletes. Those it held against them get a new dot and a timestamp above the forgotten ones',
    /// or a third replica that still holds such a tombstone would decide otherwise.
    /// </summary>
    private void RestampWhatIsUnknown(Replica receiver, Batch batch, ScopeState? bothBehind)
    {
        ScopeState scope = receiver.Scopes[batch.Scope]!;
        for (int key = 0; key < scope.Keys; key++)
        {
            Vector? exception = batch.Find(key)?.Exception;
            if (mutation == RuleMutation.RestampOnlyWhatSenderLacks)
            {
                bothBehind = null;
            }

            foreach (Version version in scope.Versions(key))
            {
                if (!MergeRules.Covers(batch.Knowledge, exception, version.Dot)
                    || (bothBehind is not null && !bothBehind.Knows(key, version.Dot)))
                {
                    writes.Restamp(receiver, batch.Scope, key);
                    break;
                }
            }
        }
    }
}
