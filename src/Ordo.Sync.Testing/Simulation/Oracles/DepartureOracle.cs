using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// Who drops a scope, because its app leaves it or because a first transfer has to begin anew, loses nothing that nobody else has: each
/// such write goes to the inbox, or is written again, in the same commit.
/// </summary>
internal sealed class DepartureOracle(SimulatedNode node, VersionLedger ledger, Action<string> report)
{
    private readonly Dictionary<CommitImage, List<(string Scope, RecordKey Key, VersionFact Fact)>> _owed = [];

    /// <summary>Notes what the node holds of a scope that is about to go, of its own writes, and nobody else.</summary>
    public async ValueTask NoteAsync(CommitImage image, string scope, IStoreSnapshot transaction)
    {
        List<(string Scope, RecordKey Key, VersionFact Fact)> owed = [];
        foreach ((RecordKey key, VersionFact fact) in ledger.UnspreadOf(node, scope))
        {
            StoredRecord? held = await transaction.GetAsync(scope, key).ConfigureAwait(false);
            if (held?.Versions.Any(version => NameOf(scope, transaction.Replicas.Globalize(version.Dot)) == fact.Version) == true)
            {
                owed.Add((scope, key, fact));
            }
        }

        if (owed.Count > 0)
        {
            _owed[image] = owed;
        }
    }

    /// <summary>Judges what became of it, before the commit: nothing of it can be read afterwards.</summary>
    public async ValueTask JudgeAsync(CommitImage image, IStoreSnapshot transaction)
    {
        if (!_owed.Remove(image, out List<(string Scope, RecordKey Key, VersionFact Fact)>? owed))
        {
            return;
        }

        foreach (IGrouping<string, (string Scope, RecordKey Key, VersionFact Fact)> ofScope in owed.GroupBy(of => of.Scope))
        {
            HashSet<GlobalDot> kept = await KeptWrites.ReadAsync(node, ledger.Names, transaction, ofScope.Key).ConfigureAwait(false);
            foreach ((string scope, RecordKey key, VersionFact fact) in ofScope.Where(of => !kept.Contains(of.Fact.Version)))
            {
                StoredRecord? again = await transaction.GetAsync(scope, key).ConfigureAwait(false);
                if (again?.Versions.Any(fact.IsSameAs) != true)
                {
                    report($"{node.Name} drops '{scope}', and {fact} of {key}, which no other node has, is in no inbox and not "
                        + "written again.");
                }
            }
        }
    }

    private GlobalDot NameOf(string scope, GlobalDot dot) => ledger.Names.Of(node, scope, dot);
}
