using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Fields;

namespace Ordo.Sync.Core.Tests.Conflicts.Fields;

/// <summary>
/// A random history of one record: 2 to 4 replicas write, also from stale forms, and fetch from each other in any
/// order, with
/// clocks that disagree. Siblings are kept by the rule of replication, from the true pasts of versions.
/// </summary>
internal sealed class FieldHistory
{
    private static readonly string[] Names = ["a", "b.c", "d"];

    private readonly Random _random;
    private readonly int _lostMax;
    private readonly Node[] _nodes;

    public FieldHistory(int seed, int lostMax, int steps = 40)
    {
        _random = new Random(seed);
        _lostMax = lostMax;
        _nodes = [.. Enumerable.Range(1, _random.Next(2, 5)).Select(n => new Node(n))];
        for (int i = 0; i < steps; i++)
        {
            if (_random.Next(5) < 2)
            {
                Fetch(Any(_nodes), Any(_nodes));
            }
            else
            {
                Write(Any(_nodes));
            }
        }

        for (int round = 0; round < 2; round++)
        {
            foreach (Node to in _nodes)
            {
                Array.ForEach(_nodes, from => Fetch(from, to));
            }
        }
    }

    public List<FieldVersion> Versions { get; } = [];

    /// <summary>The siblings that each replica holds in the end.</summary>
    public IEnumerable<IReadOnlyList<FieldVersion>> Ends => _nodes.Select(node => node.Live);

    /// <summary>The join of versions in a random order and shape.</summary>
    public FieldState JoinAll(IEnumerable<FieldVersion> versions)
    {
        List<FieldState> states = [.. versions.Select(version => version.State)];
        while (states.Count > 1)
        {
            FieldState left = Take(states);
            states.Add(FieldState.Join(left, Take(states), _lostMax));
        }

        return states[0];
    }

    /// <summary>A version's state, or the join of some.</summary>
    public FieldState AnyState() => JoinAll(Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Any(Versions)));

    private T Any<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private FieldState Take(List<FieldState> states)
    {
        int at = _random.Next(states.Count);
        FieldState taken = states[at];
        states.RemoveAt(at);
        return taken;
    }

    private static void Fetch(Node from, Node to)
    {
        // V = (V ∩ V') ∪ { d ∈ V : d unknown there } ∪ { d ∈ V' : d unknown here }
        to.Live =
        [
            .. to.Live.Where(one => from.Live.Contains(one) || !from.Known.Contains(one.Stamp)),
            .. from.Live.Where(one => !to.Known.Contains(one.Stamp)),
        ];
        to.Known = to.Known.Union(from.Known);
    }

    private void Write(Node node)
    {
        ImmutableList<FieldVersion> basis = _random.Next(4) == 0 ? node.Form : node.Live;
        FieldVersion[] seen = [.. node.Live.Where(basis.Contains)];
        bool sawAll = seen.Length == node.Live.Count && _random.Next(3) > 0;
        node.Form = _random.Next(2) == 0 ? node.Live : node.Form;
        FieldState? before = seen.Length == 0 ? null : JoinAll(seen);
        ReadOnlyMemory<byte> payload = Edit(before?.ToPayload() ?? default);

        long time = Math.Max(node.Clock, node.Live.Select(one => one.Stamp.Timestamp.UnixMilliseconds)
            .DefaultIfEmpty().Max()) + _random.Next(1, 8);
        node.Clock = time;
        var stamp = new FieldStamp(
            HybridTimestamp.FromUnixMilliseconds(time),
            node.Replica,
            node.Counter += _random.Next(1, 4),
            $"by{node.Counter % 3}");
        FieldState written = FieldState.Write(before, payload, stamp, _lostMax, sawAll);
        Assert.Equal(FieldDocs.Leaves(payload), FieldDocs.Leaves(written.ToPayload()));
        FieldState stored = FieldState.Decode(written.ToPayload(), written.Encode(stamp), stamp);
        Assert.Equal(FieldDocs.Print(written), FieldDocs.Print(stored));

        var version = new FieldVersion(
            stamp, stored, [.. seen.SelectMany(one => one.Past.Add(one.Stamp))], ChangesOf(written, stamp));
        Versions.Add(version);
        node.Live = node.Live.RemoveAll(one => seen.Contains(one)).Add(version);
        node.Known = node.Known.Add(stamp);
    }

    private static ImmutableDictionary<string, string> ChangesOf(FieldState state, FieldStamp stamp) => state.Entries
        .Where(entry => entry.Stamp == stamp && !FieldKey.IsRoot(entry.Key.Span))
        .ToImmutableDictionary(
            entry => FieldKey.ToText(entry.Key.Span),
            entry => entry.IsRemoval ? string.Empty : FieldDocs.Json(entry.Value));

    private byte[] Edit(ReadOnlyMemory<byte> payload)
    {
        if (_random.Next(12) == 0)
        {
            return [];
        }

        Dictionary<object, object?> fields = payload.IsEmpty
            ? []
            : (Dictionary<object, object?>)MessagePackSerializer.Deserialize<object>(payload);
        for (int edits = _random.Next(1, 3); edits > 0; edits--)
        {
            EditField(fields, 0);
        }

        return MessagePackSerializer.Serialize<object>(fields);
    }

    private void EditField(Dictionary<object, object?> fields, int depth)
    {
        string name = Any(Names);
        switch (_random.Next(8))
        {
            case 0:
                fields.Remove(name);
                break;
            case 1:
                fields[name] = new object[] { _random.Next(3) };
                break;
            case 2 or 3 when depth < 2:
                var nested = fields.GetValueOrDefault(name) as Dictionary<object, object?> ?? [];
                fields[name] = nested;
                EditField(nested, depth + 1);
                break;
            default:
                fields[name] = _random.Next(8);
                break;
        }
    }

    private sealed class Node(int number)
    {
        public ReplicaId Replica { get; } = new((UInt128)number << 70);

        public ImmutableList<FieldVersion> Live { get; set; } = [];

        public ImmutableList<FieldVersion> Form { get; set; } = [];

        public ImmutableHashSet<FieldStamp> Known { get; set; } = [];

        public long Clock { get; set; }

        public long Counter { get; set; }
    }
}
