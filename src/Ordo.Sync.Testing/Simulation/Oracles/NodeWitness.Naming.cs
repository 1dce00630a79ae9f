using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Testing.Simulation.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

// By what names this node knows versions, where several stores have spoken as one replica.
internal sealed partial class NodeWitness
{
    // Before anything is judged: whose name it is that two have used shows in what is written under it.
    private void HearNames(CommitImage image)
    {
        if (!ledger.WasDisturbed)
        {
            return;
        }

        foreach (((string scope, RecordKey key), StoredRecord? after) in image.After)
        {
            foreach (RecordVersion version in after?.Versions ?? [])
            {
                // What was joined with other versions since is known by its time alone.
                GlobalDot dot = image.Replicas.Globalize(version.Dot);
                if (IsOwn(image, scope, key, version, dot))
                {
                    continue;
                }

                ledger.Names.Hear(scope, dot, name => IsOfAnother(name, isExact: true));
                ledger.Names.Hear(scope, dot, name => IsOfAnother(name, isExact: false));
                ledger.Regain(NameOf(image.Replicas, scope, version.Dot), version);

                bool IsOfAnother(GlobalDot name, bool isExact) =>
                    ledger.IsOf(name, scope, key, version, isExact) && ledger.Find(name)!.Author != node;
            }
        }
    }

    // In what a node wrote itself no other is heard, also where a copy of it has written the same record at the same time.
    private bool IsOwn(CommitImage image, string scope, RecordKey key, RecordVersion version, GlobalDot dot)
    {
        if (dot.Replica == image.Replica && dot.Counter > image.CounterBefore)
        {
            return true;
        }

        GlobalDot name = NameOf(image.Replicas, scope, version.Dot);
        return ledger.IsOf(name, scope, key, version, isExact: false) && ledger.Find(name)!.Author == node;
    }

    // It knows for certain of its old name's versions only what others have acknowledged; all later ones it has stated anew.
    private void Disown(CommitImage image)
    {
        foreach (string scope in image.ScopesAfter.Keys.Except(image.Dropped))
        {
            foreach ((VersionFact fact, RecordKey _) in Unlearnt(image, scope))
            {
                fact.IsDisowned = true;
            }
        }

        if (node.IsOpen && node.World.HasCopies)
        {
            ledger.Names.Leave(node);
        }
    }

    // What it claimed before a commit and does not claim after it.
    private IEnumerable<(VersionFact Fact, RecordKey Key)> Unlearnt(CommitImage image, string scope)
    {
        VersionVector after = image.ScopesAfter[scope].Knowledge;
        VersionVector before = image.ScopesBefore[scope].Knowledge;
        for (int i = 0; i < before.Count; i++)
        {
            Dot entry = before.Entries[i];
            foreach ((VersionFact Fact, RecordKey Key) unlearnt in Between(
                scope, image.Replicas[entry.ReplicaIndex], after[entry.ReplicaIndex], entry.Counter))
            {
                yield return unlearnt;
            }
        }
    }

    // Of two that speak under one name nobody can tell which is meant, where no version was seen.
    private void SpreadUnheard(CommitImage image)
    {
        if (!ledger.Names.HasForks)
        {
            return;
        }

        foreach ((string scope, ScopeState after) in image.ScopesAfter)
        {
            for (int i = 0; i < after.Knowledge.Count; i++)
            {
                Dot entry = after.Knowledge.Entries[i];
                foreach (ReplicaId name in ledger.Names.UnheardOf(scope, image.Replicas[entry.ReplicaIndex]))
                {
                    foreach ((VersionFact fact, RecordKey _) in ledger.Between(scope, name, above: 0, entry.Counter))
                    {
                        fact.IsSpread |= fact.Author != node;
                    }
                }
            }
        }
    }

    private bool Knows(CommitImage image, string scope, CausalContext known, GlobalDot version) =>
        LocalOf(image, scope, version) is { } local && known.Contains(local);

    private bool Knew(CommitImage image, string scope, CausalContext known, GlobalDot version) =>
        LocalOf(image, image.Generations.GetValueOrDefault(scope).Before, scope, version) is { } local && known.Contains(local);

    private GlobalDot NameOf(ReplicaTable replicas, string scope, Dot dot) => ledger.Names.Of(node, scope, replicas.Globalize(dot));

    // How this node's vectors speak of a version; nothing where they cannot.
    private Dot? LocalOf(CommitImage image, string scope, GlobalDot version) => LocalOf(image, image.GenerationOf(scope), scope, version);

    private Dot? LocalOf(CommitImage image, ReplicaId generation, string scope, GlobalDot version) =>
        ledger.Names.ByNameAt(node, scope, version) is { } first
            && Generations.At(generation, first) is var dot
            && image.Replicas.IndexOf(dot.Replica) is >= 0 and var index
                ? new Dot(index, dot.Counter)
                : null;

    private IEnumerable<(VersionFact Fact, RecordKey Key)> Between(string scope, ReplicaId replica, long above, long upTo)
    {
        return ledger.Names.HasForks ? BetweenForks() : ledger.Between(scope, replica, above, upTo);

        IEnumerable<(VersionFact Fact, RecordKey Key)> BetweenForks()
        {
            long end = upTo;
            foreach ((ReplicaId name, long from) in ledger.Names.NamesOf(node, scope, replica).Reverse())
            {
                foreach ((VersionFact Fact, RecordKey Key) written in ledger.Between(scope, name, Math.Max(above, from), end))
                {
                    yield return written;
                }

                end = Math.Min(end, from);
            }
        }
    }
}
