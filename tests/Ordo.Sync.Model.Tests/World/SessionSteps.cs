using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>Sessions between two replicas, and the network that loses, repeats and re-orders their answers.</summary>
internal sealed class SessionSteps(ModelWorld world)
{
    private const int GenerationsMax = 16;

    /// <summary>
    /// Receiver pulls from sender, again after it was told of a generation or brought up to one; a push is this with the roles swapped.
    /// </summary>
    public ApplyOutcome Pull(Replica receiver, Replica sender, int scopeIndex)
    {
        ApplyOutcome outcome = ApplyOutcome.NotAnswered;
        for (int asked = 0; asked <= GenerationsMax; asked++)
        {
            if (!world.Pulls.Answers(sender, scopeIndex))
            {
                return outcome;
            }

            if (Answer(receiver, sender, scopeIndex) is not { } batch)
            {
                return ApplyOutcome.OtherGeneration;
            }

            outcome = Apply(receiver, batch, "applies");
            bool isInStep = receiver.Scopes[scopeIndex]!.Generation == sender.Scopes[scopeIndex]!.Generation;
            if (outcome != ApplyOutcome.Applied || (batch.Next is null && isInStep))
            {
                break;
            }
        }

        return outcome;
    }

    /// <summary>Push, then pull; who is refused for being behind, or of an earlier generation, lets the other go first.</summary>
    public void Exchange(Replica a, Replica b, int scopeIndex)
    {
        ApplyOutcome pushed = Pull(b, a, scopeIndex);
        Pull(a, b, scopeIndex);
        if (pushed is ApplyOutcome.SenderBehind or ApplyOutcome.OtherGeneration)
        {
            Pull(b, a, scopeIndex);
        }
    }

    public void Request(Replica receiver, Replica sender, int scopeIndex)
    {
        if (world.Pulls.Answers(sender, scopeIndex) && Answer(receiver, sender, scopeIndex) is { } batch)
        {
            world.Network.Add((receiver.Site, batch));
        }
    }

    public void Deliver(Step step)
    {
        if (world.Network.Count == 0)
        {
            return;
        }

        int index = step.Choice % world.Network.Count;
        (int site, Batch batch) = world.Network[index];
        if (step.Kind != StepKind.DeliverCopy)
        {
            world.Network.RemoveAt(index);
        }

        if (step.Kind == StepKind.Interrupt)
        {
            ApplyOutcome outcome = world.Applies.Interrupt(world.Replicas[site], batch, batch.Items.Count / 2);
            Report(world.Replicas[site], "begins", batch, outcome);
        }
        else if (step.Kind != StepKind.Lose)
        {
            Apply(world.Replicas[site], batch, "gets");
        }
    }

    /// <summary>Applies an answer; who must start its scope anew to take it does.</summary>
    public ApplyOutcome Apply(Replica receiver, Batch batch, string verb)
    {
        ApplyOutcome outcome = world.Applies.Apply(receiver, batch);
        Report(receiver, verb, batch, outcome);
        if (outcome == ApplyOutcome.MustStartAnew && receiver.Scopes[batch.Scope] is { Fill: { } fill } here)
        {
            world.Filling.Abandon(receiver, world.Replicas[fill.SenderSite], batch.Scope);
            Oracle.CheckAbandoned(here, receiver.Scopes[batch.Scope]!, fill);
        }

        return outcome;
    }

    private Batch? Answer(Replica receiver, Replica sender, int scopeIndex)
    {
        CollectRules.NotePresented(sender, scopeIndex, receiver);
        Batch? batch = world.Generations.Answer(sender, receiver, scopeIndex);
        world.Trace?.Line(
            $"       {world.Trace.Site(sender.Site)} answers {world.Trace.Site(receiver.Site)}: "
            + (batch is null ? "that it knows no such generation" : world.Trace.Show(batch)));
        return batch;
    }

    private void Report(Replica receiver, string verb, Batch batch, ApplyOutcome outcome) =>
        world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} {verb} {world.Trace.Show(batch)} => {outcome}");
}
