using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

// What the engine writes by itself: it may say again what somebody has written, and nothing else.
internal sealed partial class NodeWitness
{
    // What an app wrote takes the place of all that went in that commit; of several versions written at once, one that states another anew
    // of that one alone. So does whatever the engine wrote by itself, which else could pass for an edit that nobody made.
    private List<GlobalDot> ReplacedBy(
        CommitImage image, string scope, RecordKey key, RecordVersion version, List<GlobalDot> gone, bool isOneOfSeveral)
    {
        List<GlobalDot> restated = [.. DotsSaying(version, image, scope, key).Where(dot => gone.Contains(dot) || ledger.Find(dot) is not null)];
        if (ledger.Find(NameOf(image.Replicas, scope, version.Dot)) is not null || !IsOfEngine(image, scope, key, version))
        {
            // Another that was written in the same commit stands beside it: two people may write the same at once.
            restated.RemoveAll(dot => !gone.Contains(dot));
            return isOneOfSeveral && restated.Count > 0 ? restated : gone;
        }

        if (restated.Count == 0 && version.IsTombstone && node is SimulatedHub)
        {
            // A refusal where nothing was held takes the place of what it refuses; else it is a delete, by absence from a complete transfer.
            return VersionNotes.Decode(version.Annotations).Rejected.IsEmpty ? gone : [];
        }

        if (restated.Count == 0)
        {
            Report(image, scope, key, $"writes {Tell(version)} by itself, which says again nothing that stood there");
        }

        return restated;
    }

    private bool IsOfEngine(CommitImage image, string scope, RecordKey key, RecordVersion version) =>
        version.Kind == VersionKind.Content
        && (image.Restated.Contains((scope, version.Dot)) || IsOfHub(image, key, version));

    // Under the hub's own name: what else is new at a hub is of a device that left the scope with it while it was on its way.
    private bool IsOfHub(CommitImage image, RecordKey key, RecordVersion version) => node is SimulatedHub
        && image.Replicas[version.Dot.ReplicaIndex] == image.Replica && !SystemCollections.Contains(key.Collection);

    private IEnumerable<GlobalDot> DotsSaying(RecordVersion version, CommitImage image, string scope, RecordKey key) => image.Put
        .Where(put => put.Scope == scope && put.Record.Key == key)
        .Select(put => put.Record)
        .Append(image.Before[(scope, key)])
        .SelectMany(record => record?.Versions ?? [])
        .Where(before => before.Dot != version.Dot && VersionFact.AreSame(before, version))
        .Select(before => NameOf(image.Replicas, scope, before.Dot))
        .Distinct();

    private static string Tell(RecordVersion version) =>
        $"{version.Dot}@{version.Timestamp}{(version.IsTombstone ? " deleted" : string.Empty)}";
}
