using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// The lanes that a sync did not get to, since the hub was lost before: the next one takes them first among those as urgent. Where
/// the network loses every third request, a lane would else wait for ever behind those that come before it.
/// </summary>
internal sealed class PassedOver
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Lanes of equal urgency in the order in which they have their turn.</summary>
    public IReadOnlyList<Lane> Order(IEnumerable<Lane> lanes) => [.. lanes.OrderByDescending(lane => _names.Contains(lane.Name))];

    /// <summary>Notes which lanes a sync got to: those that it reported, well or not.</summary>
    public void Note(IReadOnlyList<Lane> lanes, IEnumerable<ScopeReport> reports)
    {
        var reached = reports.Select(report => (report.Scope, report.IsEphemeral)).ToHashSet();
        _names.ExceptWith(lanes.Select(lane => lane.Name));
        _names.UnionWith(lanes
            .Where(lane => !reached.Contains((lane.Scope, ScopeLane.IsEphemeral(lane.Name))))
            .Select(lane => lane.Name));
    }
}
