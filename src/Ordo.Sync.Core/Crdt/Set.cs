using System.Diagnostics.CodeAnalysis;
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
    private readonly Dictionary<Scalar, GlobalDot[]> _elements = [];

    // In a delta: the dots that the receiver knows, whose elements were left out.
    private readonly List<GlobalDot> _known = [];

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Set;

    /// <inheritdoc/>
    public override bool IsPresent => _elements.Count > 0;

    /// <summary>The number of elements.</summary>
    public int Count => _elements.Count;

    /// <summary>The elements, in no order.</summary>
    public IEnumerable<Scalar> Elements => _elements.Keys;

    internal override bool HasState => IsPresent;

    /// <summary>Whether the element is there.</summary>
    public bool Contains(Scalar element) => _elements.ContainsKey(element);

    /// <summary>Adds an element. Takes one dot.</summary>
    /// <returns>Whether it was not there before.</returns>
    public bool Add(IDotSource dots, Scalar element)
    {
        ArgumentNullException.ThrowIfNull(dots);
        bool added = !_elements.ContainsKey(element);
        _elements[element] = [new GlobalDot(dots.Replica, dots.Take(1))];
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
        foreach (DotEntry<ScalarValue> entry in DotEntries.Read<ScalarValue>(ref reader, decoder))
        {
            if (entry.IsKnown)
            {
                set._known.Add(entry.Dot);
            }
            else
            {
                set.Include(entry.Value.Value, entry.Dot);
            }
        }

        return set;
    }

    internal override CrdtValue Clone()
    {
        var copy = new Set();
        foreach ((Scalar element, GlobalDot[] dots) in _elements)
        {
            copy._elements.Add(element, dots);
        }

        return copy;
    }

    internal override void Clear(IDotSource dots) => Clear();

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta)
    {
        var set = (Set)other;
        HashSet<GlobalDot> held = _elements.Count == 0 ? [] : [.. set._known, .. set._elements.Values.SelectMany(dots => dots)];
        RequireKnown(mine, set._known);
        foreach ((Scalar element, GlobalDot[] dots) in _elements)
        {
            if (Array.Exists(dots, IsRemoved))
            {
                GlobalDot[] rest = Array.FindAll(dots, dot => !IsRemoved(dot));
                if (rest.Length == 0)
                {
                    _elements.Remove(element);
                }
                else
                {
                    _elements[element] = rest;
                }
            }
        }

        _elements.EnsureCapacity(set._elements.Count);
        foreach ((Scalar element, GlobalDot[] dots) in set._elements)
        {
            foreach (GlobalDot dot in dots)
            {
                if (!mine.Contains(dot.Replica, dot.Counter))
                {
                    Include(element, dot);
                }
            }
        }

        bool IsRemoved(GlobalDot dot) => theirs.Contains(dot.Replica, dot.Counter) && !held.Contains(dot);
    }

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals)
    {
        foreach (GlobalDot[] dots in _elements.Values)
        {
            foreach (GlobalDot dot in dots)
            {
                replicas.Add(dot.Replica);
            }
        }
    }

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder)
    {
        var entries = new List<DotEntry<ScalarValue>>(_elements.Count);
        foreach ((Scalar element, GlobalDot[] dots) in _elements)
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

        DotEntries.Write(ref writer, encoder, entries);
    }

    private static void RequireKnown(ICausalView mine, List<GlobalDot> known)
    {
        foreach (GlobalDot dot in known)
        {
            if (!mine.Contains(dot.Replica, dot.Counter))
            {
                throw new CrdtFormatException(
                    $"A delta leaves out the element of {dot}, which is not known here: it was made for a replica that "
                    + "knows more. Ask for the whole state.");
            }
        }
    }

    private void Include(Scalar element, GlobalDot dot)
    {
        if (!_elements.TryGetValue(element, out GlobalDot[]? dots))
        {
            _elements.Add(element, [dot]);
        }
        else if (!dots.Contains(dot))
        {
            _elements[element] = [.. dots, dot];
        }
    }

    internal override void Survey(DotSurvey survey)
    {
        foreach (GlobalDot[] dots in _elements.Values)
        {
            foreach (GlobalDot dot in dots)
            {
                survey.Add(dot.Replica, dot.Counter);
            }
        }
    }

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp)
    {
        foreach ((Scalar element, GlobalDot[] old) in _elements.Where(entry => entry.Value.Any(matches)).ToArray())
        {
            var fresh = new GlobalDot(dots.Replica, dots.Take(1));
            _elements[element] = [.. old.Where(dot => !matches(dot)), fresh];
        }
    }

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        foreach ((Scalar element, GlobalDot[] old) in ((Set)other)._elements)
        {
            if (old.Any(matches))
            {
                Add(dots, element);
            }
        }
    }
}
