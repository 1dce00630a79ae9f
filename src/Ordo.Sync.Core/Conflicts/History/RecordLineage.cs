using System.Collections.Immutable;
using Ordo.Sync.Conflicts.Notes;

namespace Ordo.Sync.Conflicts.History;

/// <summary>
/// The versions of one record as a graph chained by hashes: puts them in order and finds what is missing, altered or inserted.
/// Pure.
/// </summary>
public static class RecordLineage
{
    /// <summary>The versions in order: each behind those it superseded, others by timestamp.</summary>
    public static ImmutableArray<LineageNode> Sort(IEnumerable<LineageNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Dictionary<ContentHash, LineageNode> byHash = Index(nodes);
        Dictionary<ContentHash, int> open = byHash.Values.ToDictionary(
            node => node.Hash, node => node.Parents.Distinct().Count(byHash.ContainsKey));
        ILookup<ContentHash, LineageNode> children = byHash.Values
            .SelectMany(node => node.Parents.Distinct().Select(parent => (parent, node)))
            .ToLookup(pair => pair.parent, pair => pair.node);
        var ready = new SortedSet<LineageNode>(
            byHash.Values.Where(node => open[node.Hash] == 0), Comparer<LineageNode>.Create(CompareStably));
        var sorted = ImmutableArray.CreateBuilder<LineageNode>(byHash.Count);
        while (ready.Count > 0)
        {
            LineageNode first = ready.Min!;
            ready.Remove(first);
            sorted.Add(first);
            foreach (LineageNode child in children[first.Hash])
            {
                if (--open[child.Hash] == 0)
                {
                    ready.Add(child);
                }
            }
        }

        return sorted.ToImmutable();
    }

    /// <summary>
    /// What is wrong: a version names one that is not there (removed or altered), or a superseded one is named by none (altered
    /// or inserted). Versions themselves carry no proof against somebody who rewrites all that follows, up to the current one:
    /// that changes the scope's digest, which other replicas compare.
    /// </summary>
    /// <param name="nodes">The versions.</param>
    /// <param name="checkpoint">What was collected; <see langword="null"/> where nothing was.</param>
    public static ImmutableArray<string> FindProblems(IEnumerable<LineageNode> nodes, HistoryCheckpoint? checkpoint = null)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Dictionary<ContentHash, LineageNode> byHash = Index(nodes);
        var named = new HashSet<ContentHash>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (LineageNode node in byHash.Values.OrderBy(node => node, Comparer<LineageNode>.Create(CompareStably)))
        {
            foreach (ContentHash parent in node.Parents)
            {
                named.Add(parent);
                if (!byHash.ContainsKey(parent) && checkpoint?.Covers(parent) != true)
                {
                    problems.Add(
                        $"{node.Content.Key}: the version {node.Content.Version} of {node.Content.Author} supersedes {parent}, which is "
                        + "missing or altered.");
                }
            }
        }

        foreach (LineageNode node in byHash.Values)
        {
            // A delete that was collected leaves its entry, or its parents, without a successor. An entry that was collected comes again
            // with a device that had superseded it while it was away.
            if (!node.IsCurrent && !named.Contains(node.Hash) && !node.Content.Payload.IsEmpty
                && checkpoint?.Covers(node.Hash) != true)
            {
                problems.Add(
                    $"{node.Content.Key}: the superseded version {node.Content.Version} of {node.Content.Author} is named by none that "
                    + "follows: it was altered or inserted.");
            }
        }

        return problems.ToImmutable();
    }

    /// <summary>The newest superseded version that every current one comes from; <see langword="null"/> where there is none.</summary>
    public static LineageNode? FindCommonAncestor(IEnumerable<LineageNode> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Dictionary<ContentHash, LineageNode> byHash = Index(nodes);
        HashSet<ContentHash>? common = null;
        foreach (LineageNode node in byHash.Values.Where(node => node.IsCurrent))
        {
            HashSet<ContentHash> ancestors = AncestorsOf(node, byHash);
            common = common is null ? ancestors : [.. common.Intersect(ancestors)];
        }

        return (common ?? [])
            .Select(hash => byHash[hash])
            .Order(Comparer<LineageNode>.Create(CompareStably))
            .LastOrDefault();
    }

    private static HashSet<ContentHash> AncestorsOf(LineageNode node, Dictionary<ContentHash, LineageNode> byHash)
    {
        var ancestors = new HashSet<ContentHash>();
        var open = new Stack<ContentHash>(node.Parents);
        while (open.TryPop(out ContentHash hash))
        {
            if (byHash.TryGetValue(hash, out LineageNode? ancestor) && ancestors.Add(hash))
            {
                foreach (ContentHash parent in ancestor.Parents)
                {
                    open.Push(parent);
                }
            }
        }

        return ancestors;
    }

    private static Dictionary<ContentHash, LineageNode> Index(IEnumerable<LineageNode> nodes)
    {
        var byHash = new Dictionary<ContentHash, LineageNode>();
        foreach (LineageNode node in nodes)
        {
            // The same content can stand twice: restated, it is current; entered, it is history. Current counts.
            if (!byHash.TryGetValue(node.Hash, out LineageNode? present) || (node.IsCurrent && !present.IsCurrent))
            {
                byHash[node.Hash] = node;
            }
        }

        return byHash;
    }

    private static int CompareStably(LineageNode left, LineageNode right)
    {
        int byTime = LineageNode.CompareByTime(left, right);
        return byTime != 0 ? byTime : (left.Hash.High, left.Hash.Low).CompareTo((right.Hash.High, right.Hash.Low));
    }
}
