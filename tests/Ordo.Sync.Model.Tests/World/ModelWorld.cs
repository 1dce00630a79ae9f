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

    private readonly int[] _skews;
    private readonly SplitMix _random;
    private int _incarnations;

    public ModelWorld(Schedule schedule, RuleMutation mutation, TraceLog? trace)
    {
        Schedule = schedule;
        Trace = trace;
        _random = new SplitMix(~schedule.Seed);
        Replicas = new Replica[schedule.Replicas];
        _skews = new int[schedule.Replicas];
        Ledger = new Ledger(Schedule.Scopes, schedule.Keys);
        Writes = new WriteRules(mutation, Ledger, PhysicalTimeAt);
        Pulls = new PullRules(mutation);
        Applies = new ApplyRules(mutation, Writes);
        Collects = new CollectRules(mutation, Ledger);
        Staging = new StagedRules(mutation, Pulls, Applies, schedule.PageSize);
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

    public bool CanRotate => _incarnations < IncarnationsMax;

    public Ledger Ledger { get; }

    public Oracle Oracle { get; }

    public WriteRules Writes { get; }

    public PullRules Pulls { get; }

    public ApplyRules Applies { get; }

    public CollectRules Collects { get; }

    public StagedRules Staging { get; }

    public FillRules Filling { get; }

    public IdentityRules Identity { get; }

    /// <summary>The other end of a session of A; with a hub topology one of the two is the hub.</summary>
    public Replica Peer(Replica replica, int choice)
    {
        int other = (replica.Site + 1 + (choice % (Replicas.Length - 1))) % Replicas.Length;
        return Schedule.Topology == Topology.Hub && replica.Site != 0 ? Hub : Replicas[other];
    }

    public bool MayMeet(Replica a, Replica b) => Schedule.Topology != Topology.Hub || a.Site == 0 || b.Site == 0;

    private void CreateReplicas()
    {
        for (int site = 0; site < Replicas.Length; site++)
        {
            var replica = new Replica(site, Schedule.HasHub && site == 0, Schedule.Scopes);
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
        Trace?.NameIncarnation(_incarnations, replica.Site);
        replica.Rotate(_incarnations++, _random.Next());
    }

    private int PhysicalTimeAt(int site) => Now + _skews[site];
}
