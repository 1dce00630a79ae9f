using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>Sessions between two replicas, and the network that loses, repeats and re-orders their answers.</summary>
internal sealed class SessionSteps(ModelWorld world)
{
    /// <summary>Receiver pulls from sender; a push is this with the roles swapped.</summary>
    public ApplyOutcome Pull(Replica receiver, Replica sender, int scopeIndex)
    {
        if (!world.Pulls.Answers(sender, scopeIndex))
        {
            return ApplyOutcome.NotAnswered;
        }

        Batch batch = Answer(receiver, sender, scopeIndex);
        ApplyOutcome outcome = world.Applies.Apply(receiver, batch);
        Report(receiver, "applies", batch, outcome);
        return outcome;
    }

    /// <summary>Push, then pull; who is refused for being behind lets the other go first.</summary>
    public void Exchange(Replica a, Replica b, int scopeIndex)
    {
        ApplyOutcome pushed = Pull(b, a, scopeIndex);
        Pull(a, b, scopeIndex);
        if (pushed == ApplyOutcome.SenderBehind)
        {
            Pull(b, a, scopeIndex);
        }
    }

    public void Request(Replica receiver, Replica sender, int scopeIndex)
    {
        if (world.Pulls.Answers(sender, scopeIndex))
        {
            world.Network.Add((receiver.Site, Answer(receiver, sender, scopeIndex)));
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
            ApplyOutcome outcome = world.Applies.Apply(world.Replicas[site], batch);
            Report(world.Replicas[site], "gets", batch, outcome);
        }
    }

    private Batch Answer(Replica receiver, Replica sender, int scopeIndex)
    {
        var requested = receiver.Scopes[scopeIndex]!.Knowledge;
        CollectRules.NotePresented(sender, scopeIndex, receiver.Incarnation, requested);
        Batch batch = world.Pulls.Pull(sender, scopeIndex, requested);
        world.Trace?.Line(
            $"       {world.Trace.Site(sender.Site)} answers {world.Trace.Site(receiver.Site)}: "
            + world.Trace.Show(batch));
        return batch;
    }

    private void Report(Replica receiver, string verb, Batch batch, ApplyOutcome outcome) =>
        world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} {verb} {world.Trace.Show(batch)} => {outcome}");
}
