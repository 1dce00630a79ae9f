using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A set in which adding wins over removing at the same time. An element costs its value and one dot; a removed one nothing.
/// </summary>
/// <remarks>
/// Look-ups, additions and removals are O(1). Adding an element that is there gives it a new dot, so that it outlives a
/// removal elsewhere that did not see the addition. Source: Bieniusa et al.: An Optimized Conflict-free Replicated Set (2012).
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word; a name for a collection of System.Collections would clash.")]
public sealed class Set : CrdtValue
{
    private readonly SetElements _elements = new();

    // In a delta: the dots that the receiver knows, whose elements were left out.
    private List<GlobalDot>? _known;

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Set;

    /// <inheritdoc/>
    public override bool IsPresent => _elements.Count > 0;

    /// <summary>The number of elements.</summary>
    public int Count => _elements.Count;

    /// <summary>The elements, in no order.</summary>
    public IEnumerable<Scalar> Elements
    {
        get
        {
            var elements = new Scalar[_elements.Count];
            for (int i = 0; i < elements.Length; i++)
            {
                elements[i] = _elements.Entries[i].Key;
            }

            return elements;
        }
    }

    internal override bool HasState => IsPresent;

    /// <summary>Whether the element is there.</summary>
    public bool Contains(Scalar element) => _elements.Contains(element);

    /// <summary>Adds an element. Takes one dot.</summary>
    /// <returns>Whether it was not there before.</returns>
    public bool Add(IDotSource dots, Scalar element)
    {
        ArgumentNullException.ThrowIfNull(dots);
        bool added = !_elements.Contains(element);
        _elements.Set(element, [new GlobalDot(dots.Replica, dots.Take(1))]);
        return added;
    }

    /// <summary>Removes an element; additions elsewhere that are not known here win. Takes no dot.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(Scalar element) => _elements.Remove(element);

    /// <summary>Removes all elements that are here. Takes no dot.</summary>
    public void Clear() => _elements.Clear();

    internal static Set Read(ref MessagePackReader reader, CrdtDecoder decoder)
    {
        var set = new Set();

        // Those that several replicas added; each at once, since a hostile document may have a million dots for one element.
        Dictionary<Scalar, List<GlobalDot>>? further = null;
        foreach (DotEntry<ScalarValue> entry in DotEntries.Read<ScalarValue>(ref reader, decoder))
        {
            if (entry.IsKnown)
            {
                (set._known ??= []).Add(entry.Dot);
            }
            else if (!set.Contains(entry.Value.Value))
            {
                set._elements.Set(entry.Value.Value, [entry.Dot]);
            }
            else if ((further ??= []).TryGetValue(entry.Value.Value, out List<GlobalDot>? dots))
            {
                dots.Add(entry.Dot);
            }
            else
            {
                further.Add(entry.Value.Value, [entry.Dot]);
            }
        }

        foreach ((Scalar element, List<GlobalDot> dots) in further ?? [])
        {
            set._elements.Set(element, [.. set._elements.DotsOf(element), .. dots]);
        }

        return set;
    }

    internal override CrdtValue Clone()
    {
        var copy = new Set();
        copy._elements.Reserve(_elements.Count);
        foreach ((Scalar element, GlobalDot[] dots) in _elements.Entries)
        {
            copy._elements.Set(element, dots);
        }

        return copy;
    }

    internal override void Clear(IDotSource dots) => Clear();

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta)
    {
        var set = (Set)other;
        RequireKnown(mine, set._known);
        if (_elements.Count > 0)
        {
            HashSet<GlobalDot> held = set.ListDots();
            bool IsLeft(GlobalDot dot) => held.Contains(dot) || !theirs.Contains(dot.Replica, dot.Counter);
            _elements.Keep(dots => Array.TrueForAll(dots, IsLeft) ? dots : Array.FindAll(dots, IsLeft));
        }

        _elements.Reserve(set._elements.Count);
        foreach ((Scalar element, GlobalDot[] dots) in set._elements.Entries)
        {
            GlobalDot[] added = Array.FindAll(dots, dot => !mine.Contains(dot.Replica, dot.Counter));
            if (added.Length > 0)
            {
                GlobalDot[] here = _elements.DotsOf(element);
                _elements.Set(element, here.Length == 0 ? added : [.. here.Union(added)]);
            }
        }
    }

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals)
    {
        foreach ((_, GlobalDot[] dots) in _elements.Entries)
        {
            foreach (GlobalDot dot in dots)
            {
                replicas.Add(dot.Replica);
            }
        }
    }

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder)
    {
        if (_elements.Count == 1 && _elements.Entries[0].Value is [GlobalDot only])
        {
            DotEntries.Write(ref writer, encoder, [new DotEntry<ScalarValue>(only, new ScalarValue(_elements.Entries[0].Key))]);
            return;
        }

        var entries = new List<DotEntry<ScalarValue>>(_elements.Count);
        foreach ((Scalar element, GlobalDot[] dots) in _elements.Entries)
        {
            foreach (GlobalDot dot in dots)
            {
                entries.Add(new DotEntry<ScalarValue>(dot, new ScalarValue(element)));
            }
        }

        if (entries.Count > 1)
        {
            entries.Sort(static (left, right) => left.Dot.CompareTo(right.Dot));
        }

        DotEntries.Write<ScalarValue>(ref writer, encoder, CollectionsMarshal.AsSpan(entries));
    }

    // Those whose elements were left out are held as well.
    private HashSet<GlobalDot> ListDots()
    {
        var held = new HashSet<GlobalDot>(_known ?? []);
        foreach ((_, GlobalDot[] dots) in _elements.Entries)
        {
            held.UnionWith(dots);
        }

        return held;
    }

    private static void RequireKnown(ICausalView mine, List<GlobalDot>? known)
    {
        foreach (GlobalDot dot in known ?? [])
        {
            if (!mine.Contains(dot.Replica, dot.Counter))
            {
                throw new CrdtFormatException(
                    $"A delta leaves out the element of {dot}, which is not known here: it was made for a replica that "
                    + "knows more. Ask for the whole state.");
            }
        }
    }

    internal override void Survey(DotSurvey survey)
    {
        foreach ((_, GlobalDot[] dots) in _elements.Entries)
        {
            foreach (GlobalDot dot in dots)
            {
                survey.Add(dot.Replica, dot.Counter);
            }
        }
    }

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp)
    {
        _elements.Keep(old => !Array.Exists(old, dot => matches(dot))
            ? old
            : [.. old.Where(dot => !matches(dot)), new GlobalDot(dots.Replica, dots.Take(1))]);
    }

    internal override void Retract(IDotSource dots, Func<GlobalDot, bool> matches) => _elements.Keep(old =>
        Array.Exists(old, dot => matches(dot)) ? [.. old.Where(dot => !matches(dot))] : old);

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        foreach ((Scalar element, GlobalDot[] old) in ((Set)other)._elements.Entries)
        {
            if (old.Any(matches))
            {
                Add(dots, element);
            }
        }
    }
}
