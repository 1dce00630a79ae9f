using System.Runtime.InteropServices;
using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Encoding;

/// <summary>
/// A few elements sorted by dot, with the join all dotted types share: an element of one side only survives iff the other
/// side does not know its dot. Source: Bieniusa et al.: An Optimized Conflict-free Replicated Set (2012).
/// </summary>
internal sealed class DotMap<T>
    where T : IDotValue<T>
{
    private List<DotEntry<T>> _entries = [];

    public IReadOnlyList<DotEntry<T>> Entries => _entries;

    public int Count => _entries.Count;

    public void Add(GlobalDot dot, T value)
    {
        int at = _entries.Count;
        while (at > 0 && _entries[at - 1].Dot > dot)
        {
            at--;
        }

        if (at > 0 && _entries[at - 1].Dot == dot)
        {
            throw new InvalidOperationException($"The dot {dot} was issued before; a dot names one element for ever.");
        }

        // Most have one: no room for more until there are.
        _entries.EnsureCapacity(1);
        _entries.Insert(at, new DotEntry<T>(dot, value));
    }

    public void RemoveAt(int index) => _entries.RemoveAt(index);

    public void Clear() => _entries.Clear();

    /// <summary>Removes the elements that match and returns them.</summary>
    public List<DotEntry<T>> Extract(Func<GlobalDot, bool> matches)
    {
        List<DotEntry<T>> found = _entries.FindAll(entry => matches(entry.Dot));
        if (found.Count > 0)
        {
            _entries.RemoveAll(entry => matches(entry.Dot));
        }

        return found;
    }

    public void Survey(DotSurvey survey)
    {
        foreach (DotEntry<T> entry in _entries)
        {
            survey.Add(entry.Dot.Replica, entry.Dot.Counter);
        }
    }

    public DotMap<T> Clone() => new() { _entries = [.. _entries] };

    public void Merge(ICausalView mine, DotMap<T> other, ICausalView theirs)
    {
        var joined = new List<DotEntry<T>>(_entries.Count + other._entries.Count);
        int i = 0;
        int j = 0;
        while (i < _entries.Count || j < other._entries.Count)
        {
            int order = i == _entries.Count ? 1
                : j == other._entries.Count ? -1
                : _entries[i].Dot.CompareTo(other._entries[j].Dot);
            if (order == 0)
            {
                joined.Add(_entries[i++]);
                j++;
            }
            else if (order < 0)
            {
                Survive(joined, _entries[i++], theirs);
            }
            else
            {
                Survive(joined, other._entries[j++], mine);
            }
        }

        _entries = joined;
    }

    public void CollectReplicas(ISet<ReplicaId> replicas)
    {
        foreach (DotEntry<T> entry in _entries)
        {
            replicas.Add(entry.Dot.Replica);
        }
    }

    public void Write(ref MessagePackWriter writer, CrdtEncoder encoder) =>
        DotEntries.Write<T>(ref writer, encoder, CollectionsMarshal.AsSpan(_entries));

    public static DotMap<T> Read(ref MessagePackReader reader, CrdtDecoder decoder) =>
        new() { _entries = DotEntries.Read<T>(ref reader, decoder) };

    private static void Survive(List<DotEntry<T>> joined, DotEntry<T> entry, ICausalView other)
    {
        if (other.Contains(entry.Dot.Replica, entry.Dot.Counter))
        {
            return;
        }

        if (entry.IsKnown)
        {
            throw new CrdtFormatException(
                $"A delta leaves out the value of {entry.Dot}, which is not known here: it was made for a replica that "
                + "knows more. Ask for the whole state.");
        }

        joined.Add(entry);
    }
}
