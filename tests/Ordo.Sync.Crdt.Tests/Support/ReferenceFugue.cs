using System.Text;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Tests.Support;

/// <summary>
/// Algorithm 1 of The Art of the Fugue, element by element and without any index: slow, and short enough to be seen to be right.
/// </summary>
public sealed class ReferenceFugue
{
    private readonly Dictionary<GlobalDot, Node> _nodes = [];

    private sealed record Node(GlobalDot Dot, GlobalDot? Parent, bool IsLeft, char Value)
    {
        public bool IsRemoved { get; set; }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Node node in Walk().Where(node => !node.IsRemoved))
        {
            text.Append(node.Value);
        }

        return text.ToString();
    }

    public void Insert(GlobalDot dot, int index, char value)
    {
        List<Node> walk = Walk();
        GlobalDot? left = index == 0 ? null : walk.Where(node => !node.IsRemoved).ElementAt(index - 1).Dot;
        if (!_nodes.Values.Any(node => node.Parent == left && !node.IsLeft))
        {
            _nodes.Add(dot, new Node(dot, left, false, value));
            return;
        }

        int at = left is null ? 0 : walk.FindIndex(node => node.Dot == left) + 1;
        _nodes.Add(dot, new Node(dot, walk[at].Dot, true, value));
    }

    public void Delete(int index) => Walk().Where(node => !node.IsRemoved).ElementAt(index).IsRemoved = true;

    public void Merge(ReferenceFugue other)
    {
        foreach (Node node in other._nodes.Values)
        {
            if (!_nodes.TryGetValue(node.Dot, out Node? own))
            {
                own = node with { };
                _nodes.Add(node.Dot, own);
            }

            own.IsRemoved |= node.IsRemoved;
        }
    }

    private List<Node> Walk()
    {
        ILookup<(GlobalDot?, bool), Node> kids = _nodes.Values.OrderBy(node => node.Dot)
            .ToLookup(node => (node.Parent, node.IsLeft));
        var walk = new List<Node>(_nodes.Count);
        Visit(null);
        return walk;

        void Visit(Node? node)
        {
            foreach (Node kid in kids[(node?.Dot, true)].Where(_ => node is not null))
            {
                Visit(kid);
            }

            if (node is not null)
            {
                walk.Add(node);
            }

            foreach (Node kid in kids[(node?.Dot, false)])
            {
                Visit(kid);
            }
        }
    }
}
