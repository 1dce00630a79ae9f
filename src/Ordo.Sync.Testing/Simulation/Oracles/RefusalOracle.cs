using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>A write that a hub has refused goes to the inbox of the device that wrote it, in the commit in which it stops standing there.</summary>
internal sealed class RefusalOracle(SimulatedNode node, VersionLedger ledger, Action<string> report)
{
    private const string Inbox = "rejected/";

    /// <summary>Judges it before the commit.</summary>
    public async ValueTask JudgeAsync(CommitImage image, IStoreSnapshot transaction)
    {
        ledger.LetGo.UnionWith(image.RemovedLocals
            .Where(removed => removed.Area.StartsWith(Inbox, StringComparison.Ordinal))
            .Select(removed => (node, removed.Area, removed.Key)));
        foreach (((string scope, RecordKey key), StoredRecord? before) in image.Before)
        {
            if (node is not SimulatedDevice || image.Dropped.Contains(scope)
                || before is null || image.After[(scope, key)] is not { } after)
            {
                continue;
            }

            List<VersionFact> refused = [.. RefusedIn(transaction.Replicas, scope, before, after)];
            if (refused.Count == 0)
            {
                continue;
            }

            HashSet<GlobalDot> kept = await KeptWrites.ReadAsync(node, ledger.Names, transaction, scope).ConfigureAwait(false);
            foreach (VersionFact fact in refused.Where(fact => !kept.Contains(fact.Version) && !IsLetGo(fact, key)))
            {
                report($"{node.Name} takes the refusal of its own {fact} of {scope} {key}, and does not keep it in its inbox.");
            }
        }
    }

    // The answer to the push may have said so before the version that says it came, and a person may have been quick.
    private bool IsLetGo(VersionFact fact, RecordKey key) => ledger.Names.ByNameAt(node, fact.Scope, fact.Version) is { } dot
        && ledger.LetGo.Contains((node, $"{Inbox}{fact.Scope}", $"{key.Collection}/{key.Key}/{dot}"));

    // What it wrote itself, held until now, and gives up for a version that says it was refused.
    private IEnumerable<VersionFact> RefusedIn(ReplicaTable replicas, string scope, StoredRecord before, StoredRecord after)
    {
        HashSet<GlobalDot> refused = [.. after.Versions
            .Where(version => !version.Annotations.IsEmpty && !before.Holds(version.Dot))
            .SelectMany(version => VersionNotesCodec.Decode(version.Annotations).Rejected)
            .Select(rejected => rejected.Version)];
        foreach (RecordVersion version in refused.Count == 0 ? [] : before.Versions)
        {
            GlobalDot dot = replicas.Globalize(version.Dot);
            if (refused.Contains(dot) && !after.Holds(version.Dot)
                && ledger.Find(ledger.Names.Of(node, scope, dot)) is { IsContent: true } fact && fact.Author == node)
            {
                yield return fact;
            }
        }
    }
}
