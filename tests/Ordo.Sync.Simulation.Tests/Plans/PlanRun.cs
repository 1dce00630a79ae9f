using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Errors;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Carries out a plan step by step, and asks all oracles in the end.</summary>
internal sealed class PlanRun : IDisposable
{
    private const long ShortestQueue = 64 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Plan _plan;
    private readonly SimulatedWorld _world;
    private readonly CardEditor _cards;
    private readonly Editor _editor;
    private readonly Upheavals _upheavals;
    private readonly Reader _reader;
    private readonly HashSet<string> _newer = [];
    private readonly List<Task> _begun = [];

    private PlanRun(Plan plan)
    {
        _plan = plan;
        _world = SimulatedWorld.Create(plan.Seed, options =>
        {
            options.PageBytesMax = 16 * 1024;
            if (plan.OnSqlite)
            {
                options.Medium = static (name, entropy) => new SqliteMedium(name, entropy);
            }
        });
        _cards = new CardEditor(_world);
        _editor = new Editor(_world, _cards, plan.Keys, plan.PaddingMax, MayEditCards);
        _upheavals = new Upheavals(_world, isCertain: plan.Topology == Topology.OneHub, Configure);
        _reader = new Reader(_world, plan.Keys);
    }

    private bool MayEditCards(SimulatedDevice device, string scope) =>
        _plan.CardEditorsMax is not { } max || (_world.Devices.Take(max).Contains(device) && scope == Campus.Scopes[0]);

    private List<SimulatedNode> Nodes => [.. _world.Hubs, .. _world.Devices];

    /// <summary>Carries it out. What breaks is thrown.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trace">Is told each step before it happens, and when the last is over.</param>
    public static SimulationStatistics Execute(Plan plan, Action<string>? trace = null)
    {
        using var run = new PlanRun(plan);
        run.Build();
        foreach (Step step in plan.Steps)
        {
            run._world.Random.Reseed(plan.Seed ^ ((ulong)(step.Number + 1) << 32));
            trace?.Invoke($"step {step}");
            run._world.Trace($"step {step}");
            run.Do(step);
            run.ThrowIfFailed();
        }

        trace?.Invoke("after its last step");
        run.Finish();
        return run._world.Statistics;
    }

    public void Dispose() => _world.Dispose();

    private void Build()
    {
        int hubs = _plan.Topology switch { Topology.OneHub => 1, Topology.TwoHubs => 2, _ => 0 };
        for (int i = 0; i < hubs; i++)
        {
            _world.AddHub($"hub{i}");
        }

        for (int i = 0; i < _plan.Devices; i++)
        {
            string name = $"device{i}";
            if (i % 2 == 1)
            {
                _newer.Add(name);
            }

            SimulatedDevice device = _world.AddDevice(name, sync => Configure(sync, name));
            if (hubs > 0)
            {
                device.ConnectTo(_world.Hubs[i % hubs]);
            }
        }

        GrantMost();
        for (int i = 0; hubs == 0 && i < _plan.Devices; i++)
        {
            _world.Devices[i].ConnectTo(_world.Devices[(i + 1) % _plan.Devices]);
        }
    }

    private void Configure(OrdoSyncBuilder sync, string device)
    {
        Campus.Configure(sync, _newer.Contains(device));
        if (_plan.HasTightBounds)
        {
            sync.Configure(options =>
            {
                options.QueueBytesMax = ShortestQueue;
                options.Workers = 1;
            });
        }
    }

    private void Do(Step step)
    {
        SimulatedNode node = Nodes[step.Node % Nodes.Count];
        SimulatedDevice device = _world.Devices[step.Node % _world.Devices.Count];
        switch (step.Kind)
        {
            case StepKind.Edit or StepKind.Burst when device.IsUp:
                for (int i = step.Kind == StepKind.Edit ? 1 : 2 + (step.Amount % 6); i > 0 && device.IsUp; i--)
                {
                    Begin(() => _editor.EditAsync(device, _newer.Contains(device.Name)));
                }

                break;
            case StepKind.Sync or StepKind.BeginSync when device.IsUp:
                Sync(device, waits: step.Kind == StepKind.Sync);
                break;
            case StepKind.HubSync when _world.Hubs is [var first, var second] && first.IsUp:
                Begin(() => first.SyncAsync(second, Campus.Scopes));
                break;
            case StepKind.Cut:
                _world.Partition(node, Other(node, step));
                break;
            case StepKind.Heal:
                _world.Heal(node, Other(node, step));
                break;
            case StepKind.Storm or StepKind.Calm:
                _world.Weather = step.Kind == StepKind.Storm ? NetworkConditions.Stormy : NetworkConditions.Calm;
                break;
            default:
                Trouble(step, node, device);
                break;
        }

        _world.Pass(step.Kind == StepKind.Pass ? Longest * (step.Amount / 1000.0) : TimeSpan.FromMilliseconds(step.Amount % 20));
    }

    private void Trouble(Step step, SimulatedNode node, SimulatedDevice device)
    {
        switch (step.Kind)
        {
            case StepKind.Crash or StepKind.PowerCut:
                node.Crash(step.Amount % 60, isPowerCut: step.Kind == StepKind.PowerCut);
                break;
            case StepKind.Restart:
                Restart(step);
                break;
            case StepKind.DiskError when node.IsUp:
                node.FailDisk(step.Amount % 40);
                break;
            case StepKind.ClockJump:
                node.ClockOffset = TimeSpan.FromSeconds((step.Amount - 500) * (step.Amount % 3));
                break;
            case StepKind.Rights:
                foreach (SimulatedHub hub in _world.Hubs)
                {
                    hub.Grant(device, Campus.Scopes[step.Amount % 2], RightsOf(step.Amount / 2) & MostOf(device));
                }

                break;
            case StepKind.Subscription when device.IsUp:
                Begin(() => TurnAsync(device, Campus.Scopes[step.Amount % 2]));
                break;
            case StepKind.Reroute:
                SimulatedNode to = _plan.Topology == Topology.Peers ? Other(device, step) : _world.Hubs[step.Amount % _world.Hubs.Count];
                if (to != device)
                {
                    device.ConnectTo(to);
                }

                break;
            case StepKind.Refill or StepKind.CatchUp:
                new LongTransfer(_world, _editor, Begin)
                    .Run(device, Campus.Scopes[step.Amount % 2], isRefill: step.Kind == StepKind.Refill);
                break;
            case StepKind.LateChange:
                new LongTransfer(_world, _editor, Begin)
                    .Run(device, Campus.Scopes[step.Amount % 2], isRefill: false, hasLongCard: true);
                break;
            case StepKind.Crossing:
                new LongTransfer(_world, _editor, Begin).Cross(Campus.Scopes[step.Amount % 2]);
                break;
            case StepKind.Compact or StepKind.CompactMidway or StepKind.CompactUnheard when _world.Hubs[0].IsUp:
                Compact(step, device);
                break;
            case >= StepKind.BackUp:
                Disturb(step, device);
                break;
            case >= StepKind.SharedFill:
                Meet(step, device);
                break;
            case >= StepKind.Blackout:
                Strike(step, device);
                break;
            case StepKind.Upgrade when device.IsUp:
                device.Crash();
                _ = _newer.Contains(device.Name) ? _newer.Remove(device.Name) : _newer.Add(device.Name);
                _world.Run(device.StartAsync);
                break;
        }
    }

    private void Strike(Step step, SimulatedDevice device)
    {
        var disasters = new Disasters(_world, _editor, at => _newer.Contains(at.Name), work => Begin(work));
        switch (step.Kind)
        {
            case StepKind.Blackout or StepKind.FailedFlush:
                disasters.Blackout(device, failsFlush: step.Kind == StepKind.FailedFlush);
                break;
            case StepKind.Rumor:
                disasters.Rumor(device, (SimulatedDevice)device.Peer!);
                break;
            case StepKind.FarAhead:
                disasters.RunAhead(device);
                break;
            case StepKind.Detour:
                disasters.Detour(device, (SimulatedDevice)device.Peer!);
                break;
            case StepKind.BrokenFill:
                disasters.BreakFill(device, (SimulatedDevice)device.Peer!);
                break;
        }
    }

    private void Compact(Step step, SimulatedDevice device)
    {
        var compactions = new Compactions(_world, _editor, at => _newer.Contains(at.Name), work => Begin(work));
        switch (step.Kind)
        {
            case StepKind.Compact:
                compactions.Begin();
                break;
            case StepKind.CompactMidway:
                compactions.BeginMidway(device, isRefill: step.Amount % 3 == 0);
                break;
            case StepKind.CompactUnheard:
                compactions.BeginUnheard(device);
                break;
        }
    }

    private void Meet(Step step, SimulatedDevice device)
    {
        var encounters = new Encounters(_world, _editor, at => _newer.Contains(at.Name), work => Begin(work));
        switch (step.Kind)
        {
            case StepKind.SharedFill:
                encounters.ShareFill(device, (SimulatedDevice)device.Peer!);
                break;
            case StepKind.SpreadAhead:
                encounters.SpreadAhead(device, (SimulatedDevice)device.Peer!, step.Amount);
                break;
            case StepKind.LateRefusal:
                encounters.RefuseLate(device);
                break;
            case StepKind.LatePages:
                encounters.MixPages(device);
                break;
        }
    }

    private void Disturb(Step step, SimulatedDevice device)
    {
        switch (step.Kind)
        {
            case StepKind.BackUp:
                _upheavals.BackUp();
                break;
            case StepKind.RestoreDevice:
                _upheavals.Restore(device, step.Amount);
                break;
            case StepKind.RestoreHub:
                _upheavals.Restore(_world.Hubs[step.Node % _world.Hubs.Count], step.Amount);
                break;
            case StepKind.Clone:
                Copy(device, step.Amount);
                break;
            case StepKind.Collect when _world.Hubs[step.Node % _world.Hubs.Count] is { IsUp: true } hub:
                Begin(() => Upheavals.CollectAsync(hub, step.Amount));
                break;
            case StepKind.Background:
                device.SyncInBackground();
                break;
            case StepKind.Read when device.IsUp:
                Begin(() => _reader.ReadAsync(device, _newer.Contains(device.Name)));
                break;
        }
    }

    // With the same version of the app.
    private void Copy(SimulatedDevice device, int amount)
    {
        string name = $"copy{_world.Devices.Count}";
        if (_newer.Contains(device.Name))
        {
            _newer.Add(name);
        }

        _upheavals.Clone(device, name, amount);
    }

    private void Restart(Step step)
    {
        List<SimulatedNode> down = Nodes.FindAll(node => !node.IsUp);
        if (down.Count > 0)
        {
            down[step.Node % down.Count].Restart();
        }
    }

    private void Sync(SimulatedDevice device, bool waits)
    {
        long life = device.Life;
        Task sync = Begin(() => device.Engine.SyncAsync().AsTask());
        for (int i = 0; waits && !sync.IsCompleted && device.Life == life && i < 100; i++)
        {
            _world.Pass(TimeSpan.FromSeconds(1));
        }
    }

    private SimulatedRights MostOf(SimulatedDevice device) => _plan.HasOneApprover && device != _world.Devices[0]
        ? SimulatedRights.Read | SimulatedRights.Write
        : SimulatedRights.All;

    private static SimulatedRights RightsOf(int amount) => (amount % 4) switch
    {
        0 => SimulatedRights.None,
        1 => SimulatedRights.Read,
        2 => SimulatedRights.Read | SimulatedRights.Write,
        _ => SimulatedRights.All,
    };

    private static async Task TurnAsync(SimulatedDevice device, string scope)
    {
        if (device.Engine.Subscriptions.Contains(scope))
        {
            await device.Engine.UnsubscribeAsync(scope, UnsyncedWrites.MoveToInbox);
        }
        else
        {
            await device.Engine.SubscribeAsync(scope);
        }
    }

    private Task Begin(Func<Task> work)
    {
        Task task = _world.Begin(work);
        _begun.Add(task);
        return task;
    }

    // A store that fails in the middle of a sync is a failure that the app is told of.
    private void ThrowIfFailed()
    {
        foreach (Task task in _begun.FindAll(task => task.IsFaulted))
        {
            _begun.Remove(task);
            if (task.Exception!.InnerException is not SyncException { Code: SyncErrorCode.StoreFull })
            {
                throw new WorkloadException($"An operation failed: {task.Exception.InnerException}");
            }
        }
    }

    private void GrantMost()
    {
        foreach (SimulatedHub hub in _world.Hubs)
        {
            foreach (SimulatedDevice device in _world.Devices)
            {
                Array.ForEach(Campus.Scopes, scope => hub.Grant(device, scope, MostOf(device)));
            }
        }
    }

    private void Finish()
    {
        GrantMost();
        for (int i = 0; _plan.Topology == Topology.Peers && i < _world.Devices.Count; i++)
        {
            _world.Devices[i].ConnectTo(_world.Devices[(i + 1) % _world.Devices.Count]);
        }

        _world.AssertConverged();
        ThrowIfFailed();
        CheckCards();
    }

    // With the world's trace: what was acknowledged is one thing, how it got lost another.
    private void CheckCards()
    {
        try
        {
            _world.Run(() => _cards.CheckAsync(isComplete: !_plan.HasUpheavals));
        }
        catch (WorkloadException broken)
        {
            _world.Fail(broken.Message);
        }
    }

    private SimulatedNode Other(SimulatedNode node, Step step)
    {
        List<SimulatedNode> others = Nodes.FindAll(other => other != node && (_plan.Topology != Topology.Peers || other is SimulatedDevice));
        return others[step.Amount % others.Count];
    }
}
