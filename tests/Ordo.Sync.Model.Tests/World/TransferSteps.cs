using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>Large transfers, a page a step, with anything in between.</summary>
internal sealed class TransferSteps(ModelWorld world)
{
    public void StagedPage(Step step, Replica receiver)
    {
        ScopeState here = receiver.Scopes[step.Scope]!;
        if (here.Staged is { } running && world.Staging.IsVoid(running, world.Replicas[running.SenderSite], step.Scope))
        {
            here.Staged = null;
            world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} voids its staged transfer");
            return;
        }

        Replica sender = here.Staged is null
            ? world.Peer(receiver, step.B)
            : world.Replicas[here.Staged.SenderSite];
        if (sender.Scopes[step.Scope] is null)
        {
            return;
        }

        StagedTransfer transfer = here.Staged ?? world.Staging.Begin(receiver, sender, step.Scope);
        world.Trace?.Line(
            $"       {world.Trace.Site(receiver.Site)} stages a page from {world.Trace.Site(sender.Site)}"
            + $" at r{transfer.NextKey}{(transfer.Complete ? ", complete" : "")}");
        if (world.Staging.NextPage(transfer, sender, step.Scope) is { } batch)
        {
            ApplyOutcome outcome = world.Staging.Finish(receiver, batch);
            world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} applies {world.Trace.Show(batch)} => {outcome}");
        }
    }

    public static void StagedDiscard(ScopeState scope) => scope.Staged = null;

    public void FillPage(Step step, Replica receiver)
    {
        ScopeState here = receiver.Scopes[step.Scope]!;
        if (here.Fill is { } running)
        {
            Continue(step, receiver, here, world.Replicas[running.SenderSite]);
            return;
        }

        Replica sender = world.Peer(receiver, step.B);
        if (here.IsEmpty() && sender.Scopes[step.Scope] is not null)
        {
            FillRules.Begin(receiver, sender, step.Scope);
            Page(step, receiver, sender);
        }
    }

    private void Continue(Step step, Replica receiver, ScopeState here, Replica sender)
    {
        if (FillRules.IsMoot(here.Fill!, here) || sender.Scopes[step.Scope] is null)
        {
            here.Fill = null;
            return;
        }

        if (world.Filling.IsVoid(here.Fill!, sender, step.Scope))
        {
            // The exceptions won so far stay true; only the claim at the end must start from a new first page.
            FillRules.Begin(receiver, sender, step.Scope);
            world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} starts its fill again");
            if (FillRules.IsMoot(here.Fill!, here))
            {
                here.Fill = null;
                return;
            }
        }

        Page(step, receiver, sender);
    }

    private void Page(Step step, Replica receiver, Replica sender)
    {
        world.Trace?.Line(
            $"       {world.Trace.Site(receiver.Site)} fills a page from {world.Trace.Site(sender.Site)}"
            + $" at r{receiver.Scopes[step.Scope]!.Fill!.NextKey}");
        if (world.Filling.NextPage(receiver, sender, step.Scope))
        {
            world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} claims");
        }
    }
}
