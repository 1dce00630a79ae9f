namespace Ordo.Sync.Model.Tests.Schedules;

/// <summary>
/// A schedule written by hand: everybody subscribes to scope 0, then one step after the other, on two records.
/// </summary>
internal sealed class ScheduleScript
{
    private readonly List<Step> _steps = [];
    private readonly int _replicas;

    /// <param name="replicas">How many replicas there are; site 0 is the hub.</param>
    public ScheduleScript(int replicas)
    {
        _replicas = replicas;
        for (int site = 1; site < replicas; site++)
        {
            Then(StepKind.Subscribe, site);
        }
    }

    /// <summary>Record 0 keeps all siblings, record 1 is last write wins.</summary>
    public ScheduleScript Then(StepKind kind, int site, int peer = 0, int key = 0, int choice = 0)
    {
        int peerChoice = (peer - site - 1 + _replicas) % _replicas;
        _steps.Add(new Step(kind, site, peerChoice, Scope: 0, key, choice));
        return this;
    }

    public Schedule Build() => new(Seed: 1, Topology.Mixed, _replicas, Keys: 2, PageSize: 1, SkewMax: 0, _steps);
}
