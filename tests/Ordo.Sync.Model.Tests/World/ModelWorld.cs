using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.State;
using Ordo.Sync.Model.Tests.Truth;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>The replicas of one schedule, the network between them, the clock, the rules and the truth.</summary>
internal sealed class ModelWorld
{
    /// <summary>A step that would need a further incarnation is left out; vectors stay short that way.</summary>
    private const int IncarnationsMax = 16;

    private const int HubBelowSite = 1;

    /// <summary>A device that knows the hub below alone.</summary>
    private const int OnlyBelowSite = 2;

    private readonly RuleMutation _mutation;
    private readonly int[] _skews;
    private readonly SplitMix _random;
    private readonly List<ulong> _ids = [];

    public ModelWorld(Schedule schedule, RuleMutation mutation, TraceLog? trace)
    {
        Schedule = schedule;
        _mutation = mutation;
        Trace = trace;
        _random = new SplitMix(~schedule.Seed);
        Replicas = new Replica[schedule.Replicas];
        _skews = new int[schedule.Replicas];
        Ledger = new Ledger(Schedule.Scopes, schedule.Keys);
        Writes = new WriteRules(mutation, Ledger, PhysicalTimeAt);
        Pulls = new PullRules(mutation);
        Generations = new GenerationRules(
            mutation, Pulls, new GenerationNames(mutation, Ledger, NameGeneration, name => _ids[name]));
        Applies = new ApplyRules(mutation, Writes, Generations);
        Collects = new CollectRules(mutation, Ledger);
        Staging = new StagedRules(mutation, Pulls, Applies, Generations, schedule.PageSize);
        Filling = new FillRules(mutation, Pulls, Applies, Writes, Rotate, schedule.PageSize);
        Identity = new IdentityRules(mutation, schedule.Keys, Rotate);
        CreateReplicas();
        Oracle = new Oracle(Ledger, Replicas, Schedule.Scopes);
    }

    public Schedule Schedule { get; }

    public TraceLog? Trace { get; }

    public Replica[] Replicas { get; }

    public Replica Hub => Replicas[0];

    /// <summary>Answers under way, in no order.</summary>
    public List<(int Receiver, Batch Batch)> Network { get; } = [];

    public int Now { get; set; } = 100;

    public bool CanRotate => _ids.Count < IncarnationsMax;

    public Ledger Ledger { get; }

    public Oracle Oracle { get; }

    public WriteRules Writes { get; }

    public PullRules Pulls { get; }

    public ApplyRules Applies { get; }

    public CollectRules Collects { get; }

    public StagedRules Staging { get; }

    public FillRules Filling { get; }

    public GenerationRules Generations { get; }

    public IdentityRules Identity { get; }

    public bool Breaks(RuleMutation rule) => _mutation == rule;

    /// <summary>The other end of a session of A; with a hub topology one of the two is the hub.</summary>
    public Replica Peer(Replica replica, int choice)
    {
        int other = (replica.Site + 1 + (choice % (Replicas.Length - 1))) % Replicas.Length;
        return MayMeet(replica, Replicas[other]) ? Replicas[other] : IsBelow(replica) ? Replicas[HubBelowSite] : Hub;
    }

    public bool MayMeet(Replica a, Replica b) => Schedule.Topology switch
    {
        Topology.Hub => a.IsHub || b.IsHub,
        Topology.HubBelow => (a.KeepsGenerations && !IsBelow(b)) || (b.KeepsGenerations && !IsBelow(a))
            || a.Site + b.Site == HubBelowSite + OnlyBelowSite,
        _ => true,
    };

    private bool IsBelow(Replica replica) => Schedule.Topology == Topology.HubBelow && replica.Site == OnlyBelowSite;

    private void CreateReplicas()
    {
        for (int site = 0; site < Replicas.Length; site++)
        {
            bool isHubBelow = Schedule.Topology == Topology.HubBelow && site == HubBelowSite;
            var replica = new Replica(site, Schedule.HasHub && site == 0, Schedule.Scopes, isHubBelow);
            Replicas[site] = replica;
            _skews[site] = _random.Below(Schedule.SkewMax + 1);
            Rotate(replica);
            for (int scope = 0; scope < Schedule.Scopes; scope++)
            {
                bool isSubscribed = replica.IsHub || !Schedule.HasHub || _random.Below(4) > 0;
                replica.Scopes[scope] = isSubscribed ? new ScopeState(Schedule.Keys) : null;
            }
        }
    }

    private void Rotate(Replica replica)
    {
        Trace?.NameIncarnation(_ids.Count, replica.Site);
        _ids.Add(_random.Next());
        replica.Rotate(_ids.Count - 1, _ids[^1]);
    }

    private (int Name, ulong Id) NameGeneration()
    {
        Trace?.NameGeneration(_ids.Count);
        _ids.Add(_random.Next());
        return (_ids.Count - 1, _ids[^1]);
    }

    private int PhysicalTimeAt(int site) => Now + _skews[site];
}
