using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>Large transfers, a page a step, with anything in between.</summary>
internal sealed class TransferSteps(ModelWorld world, SessionSteps sessions)
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
        if (!world.Pulls.Answers(sender, step.Scope))
        {
            return;
        }

        ScopeState there = sender.Scopes[step.Scope]!;
        if (here.Staged is null && (world.Generations.SourceFor(there, here.Generation) is null
            || world.Generations.NextFor(there, here.Generation, here.Knowledge) is not null))
        {
            sessions.Pull(receiver, sender, step.Scope);
            return;
        }

        StagedTransfer transfer = here.Staged ?? world.Staging.Begin(receiver, sender, step.Scope);
        world.Trace?.Line(
            $"       {world.Trace.Site(receiver.Site)} stages a page from {world.Trace.Site(sender.Site)}"
            + $" at r{transfer.NextKey}{(transfer.Complete ? ", complete" : "")}");
        if (world.Staging.NextPage(transfer, sender, step.Scope) is { } batch)
        {
            ApplyOutcome outcome = world.Staging.Finish(receiver, batch);
            world.Trace?.Line(
                $"       {world.Trace.Site(receiver.Site)} applies {world.Trace.Show(batch)} => {outcome}");
        }
    }

    public static void StagedDiscard(ScopeState scope) => scope.Staged = null;

    public void FillPage(Step step, Replica receiver)
    {
        ScopeState here = receiver.Scopes[step.Scope]!;
        if (here.Fill is not null)
        {
            Continue(step.Scope, receiver);
            return;
        }

        Replica sender = world.Peer(receiver, step.B);
        // A hub below another is filled by that one alone: what devices have they push.
        bool isFilledBy = receiver.KeepsGenerations ? sender.IsHub : sender != receiver;
        if (!receiver.IsHub && isFilledBy && here.IsBlank(receiver.Incarnation) && world.Pulls.Answers(sender, step.Scope)
            && (sender.Scopes[step.Scope]!.Generation == here.Generation || world.Generations.MayEnter(receiver, here)))
        {
            FillRules.Begin(receiver, sender, step.Scope);
            Page(step.Scope, receiver, sender);
        }
    }

    /// <summary>
    /// The next page; after the last one, pulls until no exception is left; or the end of the fill if it is void.
    /// </summary>
    public void Continue(int scopeIndex, Replica receiver)
    {
        ScopeState here = receiver.Scopes[scopeIndex]!;
        PageFill fill = here.Fill!;
        Replica sender = world.Replicas[fill.SenderSite];
        if (fill.IsClaimed && !here.HasExceptions)
        {
            here.Fill = null;
            return;
        }

        if (!world.Filling.IsVoid(fill, here, sender, scopeIndex))
        {
            if (!fill.IsClaimed)
            {
                Page(scopeIndex, receiver, sender);
            }
            else if (sessions.Pull(receiver, sender, scopeIndex) == ApplyOutcome.SenderBehind)
            {
                PushToSender(scopeIndex, receiver, sender);
            }

            return;
        }

        world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} abandons its fill");
        world.Filling.Abandon(receiver, sender, scopeIndex);
        Oracle.CheckAbandoned(here, receiver.Scopes[scopeIndex]!, fill);
    }

    /// <summary>
    /// The sender has to hear of deletes that were forgotten elsewhere before anything can be taken from it. It alone is told: what the
    /// exceptions say it knows.
    /// </summary>
    private void PushToSender(int scopeIndex, Replica receiver, Replica sender)
    {
        if (!world.Breaks(RuleMutation.FillWaitsForItsSender))
        {
            sessions.Apply(sender, world.Pulls.Pull(receiver, scopeIndex, sender.Scopes[scopeIndex]!.Knowledge), "is told");
        }
    }

    private void Page(int scopeIndex, Replica receiver, Replica sender)
    {
        world.Trace?.Line(
            $"       {world.Trace.Site(receiver.Site)} fills a page from {world.Trace.Site(sender.Site)}"
            + $" at r{receiver.Scopes[scopeIndex]!.Fill!.NextKey}");
        if (world.Filling.NextPage(receiver, sender, scopeIndex))
        {
            world.Trace?.Line($"       {world.Trace.Site(receiver.Site)} claims");
        }
    }
}
