using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.Truth;

namespace Ordo.Sync.Model.Tests.Rules;

/// <summary>Gives generations their names, and the versions that they fold theirs.</summary>
/// <param name="mutation">What is done wrong.</param>
/// <param name="ledger">The true history, which has to find versions by their new names too.</param>
/// <param name="issue">Issues a number and a random id, as for an incarnation.</param>
/// <param name="idOf">The id behind the number of an incarnation or generation.</param>
internal sealed class GenerationNames(
    RuleMutation mutation, Ledger ledger, Func<(int Name, ulong Id)> issue, Func<int, ulong> idOf)
{
    public Generation Start(Generation? before, Vector folded)
    {
        (int name, ulong id) = issue();
        var generation = new Generation(name, id, before, folded, Offsets(folded));
        ledger.Add(generation);
        return generation;
    }

    /// <summary>A generation of the same name that folds more of one replica.</summary>
    public Generation Overreach(Generation generation, Dot dot)
    {
        Vector folded = generation.Folded.Raise(dot);
        return new Generation(generation.Name, idOf(generation.Name), generation.Before, folded, Offsets(folded));
    }

    /// <summary>By ids, so that any two folded versions stay in the order of last write wins.</summary>
    private int[] Offsets(Vector folded)
    {
        int[] offsets = new int[folded.Length];
        IEnumerable<int> replicas = folded.Replicas();
        replicas = mutation == RuleMutation.FoldsOutOfOrder ? replicas.OrderDescending() : replicas.OrderBy(idOf);
        int sum = 0;
        foreach (int replica in replicas)
        {
            offsets[replica] = sum;
            sum += mutation == RuleMutation.FoldsWithoutOffsets ? 0 : folded[replica];
        }

        return offsets;
    }
}
