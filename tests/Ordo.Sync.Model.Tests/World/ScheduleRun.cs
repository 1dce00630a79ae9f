using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>Runs one schedule: every step, the oracle after every step, then the healing.</summary>
internal sealed class ScheduleRun
{
    private readonly ModelWorld _world;
    private readonly EditSteps _edits;
    private readonly SessionSteps _sessions;
    private readonly TransferSteps _transfers;
    private readonly IdentitySteps _identity;

    private ScheduleRun(ModelWorld world)
    {
        _world = world;
        _edits = new EditSteps(world);
        _sessions = new SessionSteps(world);
        _transfers = new TransferSteps(world, _sessions);
        _identity = new IdentitySteps(world);
    }

    /// <summary>Runs the schedule and returns the world at its end.</summary>
    /// <exception cref="ModelViolationException">An invariant did not hold.</exception>
    public static ModelWorld Execute(Schedule schedule, RuleMutation mutation, TraceLog? trace = null)
    {
        var world = new ModelWorld(schedule, mutation, trace);
        var run = new ScheduleRun(world);
        for (int i = 0; i < schedule.Steps.Count; i++)
        {
            run.ExecuteStep(i, schedule.Steps[i]);
        }

        new Healing(world, run._sessions, run._transfers).Heal(deliverFirst: (schedule.Seed & 1) == 0);
        return world;
    }

    private void ExecuteStep(int number, Step step)
    {
        Replica replica = _world.Replicas[step.A % _world.Replicas.Length];
        _world.Trace?.Line($"{number,4}  {step.Kind} {_world.Trace.Site(replica.Site)}/{step.Scope}");
        if (replica.Scopes[step.Scope] is { } scope)
        {
            ExecuteInScope(step, replica, scope);
        }
        else if (step.Kind == StepKind.Subscribe)
        {
            _identity.Subscribe(step, replica);
        }

        ExecuteElsewhere(step, replica);
        _world.Trace?.Changes(_world.Replicas);
        _world.Oracle.Check();
    }

    private void ExecuteInScope(Step step, Replica replica, ScopeState scope)
    {
        switch (step.Kind)
        {
            case StepKind.Put:
                _edits.Put(step, replica, scope);
                break;
            case StepKind.Delete:
                _edits.Delete(step, replica, scope);
                break;
            case StepKind.LoadForm:
                _edits.LoadForm(step, replica, scope);
                break;
            case StepKind.SaveForm:
                _edits.SaveForm(step, replica, scope);
                break;
            case StepKind.Pull or StepKind.Exchange or StepKind.Request:
                ExecuteSession(step, replica, _world.Peer(replica, step.B));
                break;
            case StepKind.StagedPage:
                _transfers.StagedPage(step, replica);
                break;
            case StepKind.StagedDiscard:
                TransferSteps.StagedDiscard(scope);
                break;
            case StepKind.FillPage:
                _transfers.FillPage(step, replica);
                break;
            case StepKind.Unsubscribe:
                _identity.Unsubscribe(step, replica);
                break;
        }
    }

    private void ExecuteSession(Step step, Replica replica, Replica peer)
    {
        if (peer.Scopes[step.Scope] is null)
        {
            return;
        }

        if (step.Kind == StepKind.Pull)
        {
            _sessions.Pull(replica, peer, step.Scope);
        }
        else if (step.Kind == StepKind.Exchange)
        {
            _sessions.Exchange(replica, peer, step.Scope);
        }
        else
        {
            _sessions.Request(replica, peer, step.Scope);
        }
    }

    private void ExecuteElsewhere(Step step, Replica replica)
    {
        switch (step.Kind)
        {
            case StepKind.Deliver or StepKind.DeliverCopy or StepKind.Lose or StepKind.Interrupt:
                _sessions.Deliver(step);
                break;
            case StepKind.Collect:
                _identity.Collect(step, replica);
                break;
            case StepKind.Expire:
                _identity.Expire(step);
                break;
            case StepKind.Backup:
                IdentitySteps.Backup(replica);
                break;
            case StepKind.Restore:
                _identity.Restore(replica);
                break;
            case StepKind.Compact:
                _identity.Compact(step);
                break;
            case StepKind.Clone:
                _identity.Clone(step, replica);
                break;
            case StepKind.Tick:
                _world.Now += 1 + (step.Choice % 20);
                break;
        }
    }
}
