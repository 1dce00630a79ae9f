using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// What is lost by putting a store back, and nothing else may be: the versions that the store knew and that, once it is back,
/// no disk in the world holds or holds the successors of.
/// </summary>
internal sealed class RestoreLosses(VersionLedger ledger)
{
    private readonly HashSet<VersionFact> _known = [];
    private SimulatedNode? _node;

    /// <summary>Notes what a node knows that is about to be put back.</summary>
    public void NoteBefore(NodeKnowledge before)
    {
        _node = before.Node;
        _known.UnionWith(All.Where(written => before.Knows(ledger.Names, written.Fact, written.Key)).Select(written => written.Fact));
    }

    /// <summary>Takes what is lost out of the truth, and notes anew of what is left whether others than its author have it.</summary>
    /// <param name="nodes">What all nodes know now, that one included.</param>
    /// <returns>How many versions are lost.</returns>
    public int Settle(IReadOnlyList<NodeKnowledge> nodes)
    {
        HashSet<VersionFact> lost = [];
        HashSet<VersionFact> disowned = [];
        HashSet<VersionFact> spread = [];
        foreach ((VersionFact fact, RecordKey key) in All)
        {
            fact.IsUnlearned |= _node is SimulatedHub && _known.Contains(fact)
                && !nodes.Single(node => node.Node == _node).Knows(ledger.Names, fact, key);
            List<NodeKnowledge> holders = [.. nodes.Where(node => node.Knows(ledger.Names, fact, key))];
            if (holders.Count == 0 && _known.Contains(fact))
            {
                lost.Add(fact);
            }
            else if (holders.Count == 0 && fact.IsDisowned)
            {
                disowned.Add(fact);
            }
            else if (holders.Exists(holder => holder.Node != fact.Author))
            {
                spread.Add(fact);
            }
        }

        // What its author stated anew and claims no more was there as what it is stated as, and goes with that.
        lost.UnionWith(disowned.Where(fact => fact.SupersededBy.Exists(lost.Contains)
            && fact.SupersededBy.TrueForAll(other => lost.Contains(other) || disowned.Contains(other))).ToList());
        foreach (List<VersionFact> written in ledger.Records.Select(record => record.Value))
        {
            NoteKept(written);
        }

        ledger.Respread(spread.Contains);
        return ledger.Lose(lost.Contains);
    }

    private static void NoteKept(List<VersionFact> written)
    {
        List<VersionFact> unlearned = written.FindAll(fact => fact.IsUnlearned);
        foreach (VersionFact fact in unlearned.Where(fact => unlearned.Exists(other => other.Author != fact.Author
            && !fact.Past.Contains(other.Version) && !other.Past.Contains(fact.Version))))
        {
            foreach (VersionFact before in written.Where(before => before.Author != fact.Author && fact.Past.Contains(before.Version)))
            {
                before.MayStay = true;
            }
        }
    }

    private IEnumerable<(VersionFact Fact, RecordKey Key)> All =>
        ledger.Records.SelectMany(record => record.Value.Select(fact => (fact, record.Key.Key)));
}
