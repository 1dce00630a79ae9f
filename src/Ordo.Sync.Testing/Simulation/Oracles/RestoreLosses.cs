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
            else if (holders.Exists(holder => holder.Node != fact.Author))
            {
                spread.Add(fact);
            }
        }

        ledger.Respread(spread.Contains);
        return ledger.Lose(lost.Contains);
    }

    private IEnumerable<(VersionFact Fact, RecordKey Key)> All =>
        ledger.Records.SelectMany(record => record.Value.Select(fact => (fact, record.Key.Key)));
}
