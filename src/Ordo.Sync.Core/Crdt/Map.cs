using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A map from scalars to conflict-free values, maps among them. A key is there as long as its value holds something: it
/// comes with the value's first element and goes with the last, so updating wins over removing at the same time.
/// </summary>
/// <remarks>
/// A key holds one value of each kind: where two replicas make a text and a counter under one key at the same time, both are
/// there, and neither loses anything. Asking for a value makes an empty one, which is not encoded until it has elements.
/// Source: the recursive map of Almeida, Shoker, Baquero (2018), section 7.3.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word; a name for a collection of System.Collections would clash.")]
public sealed class Map : CrdtValue
{
    private SortedList<MapKey, CrdtValue> _values = [];

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Map;

    /// <inheritdoc/>
    public override bool IsPresent => Has(static value => value.IsPresent);

    /// <summary>The keys whose value holds something, in order.</summary>
    public IEnumerable<Scalar> Keys => _values.Where(entry => entry.Value.IsPresent).Select(entry => entry.Key.Key).Distinct();

    /// <summary>The values that hold something, by key and kind, in order.</summary>
    public IEnumerable<KeyValuePair<Scalar, CrdtValue>> Values => _values
        .Where(entry => entry.Value.IsPresent)
        .Select(entry => KeyValuePair.Create(entry.Key.Key, entry.Value));

    internal override bool HasState => Has(static value => value.HasState);

    internal override bool HasSequence => Has(static value => value.HasSequence);

    /// <summary>Whether the key has a value, of whatever kind, that holds something.</summary>
    public bool ContainsKey(Scalar key) => Enum.GetValues<CrdtKind>().Any(kind => Find(key, kind) is { IsPresent: true });

    /// <summary>The value of a kind at a key, or null where it was never asked for or received. Changes nothing.</summary>
    public CrdtValue? Find(Scalar key, CrdtKind kind) => _values.GetValueOrDefault(new MapKey(key, kind));

    /// <summary>The counter at a key.</summary>
    public Counter Counter(Scalar key) => (Counter)Get(key, CrdtKind.Counter);

    /// <summary>The flag at a key.</summary>
    public Flag Flag(Scalar key) => (Flag)Get(key, CrdtKind.Flag);

    /// <summary>The register at a key.</summary>
    public Register Register(Scalar key) => (Register)Get(key, CrdtKind.Register);

    /// <summary>The set at a key.</summary>
    public Set Set(Scalar key) => (Set)Get(key, CrdtKind.Set);

    /// <summary>The map at a key.</summary>
    public Map Nested(Scalar key) => (Map)Get(key, CrdtKind.Map);

    /// <summary>The sequence at a key.</summary>
    public Sequence Sequence(Scalar key) => (Sequence)Get(key, CrdtKind.Sequence);

    /// <summary>The text at a key.</summary>
    public Text Text(Scalar key) => (Text)Get(key, CrdtKind.Text);

    /// <summary>The value of a kind at a key; an empty one where there is none yet.</summary>
    public CrdtValue Get(Scalar key, CrdtKind kind)
    {
        var at = new MapKey(key, kind);
        if (!_values.TryGetValue(at, out CrdtValue? value))
        {
            value = Create(kind);
            _values.Add(at, value);
        }

        return value;
    }

    /// <summary>
    /// Removes all that is known here under a key. Updates elsewhere at the same time win: what they added stays. Takes a
    /// dot for each text or sequence below the key.
    /// </summary>
    /// <returns>Whether there was anything.</returns>
    public bool Remove(IDotSource dots, Scalar key)
    {
        ArgumentNullException.ThrowIfNull(dots);
        bool removed = false;
        foreach (CrdtKind kind in Enum.GetValues<CrdtKind>())
        {
            if (Find(key, kind) is { IsPresent: true } value)
            {
                value.Clear(dots);
                removed = true;
            }
        }

        return removed;
    }

    internal static Map Read(ref MessagePackReader reader, CrdtDecoder decoder)
    {
        const int Fields = 3;
        decoder.Enter();
        var map = new Map();
        int length = reader.ReadArrayHeader();
        if (length % Fields != 0)
        {
            throw new CrdtFormatException($"A map has {length} values, not a multiple of {Fields}.");
        }

        MapKey? last = null;
        for (int i = 0; i < length / Fields; i++)
        {
            Scalar key = ScalarCodec.Read(ref reader);
            var kind = (CrdtKind)reader.ReadByte();
            var at = new MapKey(key, kind);
            if (last?.CompareTo(at) >= 0)
            {
                throw new CrdtFormatException($"The keys of a map are not in order at {key}.");
            }

            last = at;
            map._values.Add(at, decoder.IsDelta && reader.TryReadNil() ? Create(kind) : Read(kind, ref reader, decoder));
        }

        decoder.Leave();
        return map;
    }

    internal override CrdtValue Clone()
    {
        var copy = new Map();
        foreach ((MapKey key, CrdtValue value) in _values)
        {
            copy._values.Add(key, value.Clone());
        }

        return copy;
    }

    internal override void Clear(IDotSource dots)
    {
        foreach (CrdtValue value in _values.Values.Where(value => value.IsPresent))
        {
            value.Clear(dots);
        }
    }

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta)
    {
        // Both are in order: one walk over the two, so that many new keys are not moved for one another.
        SortedList<MapKey, CrdtValue> added = ((Map)other)._values;
        var joined = new SortedList<MapKey, CrdtValue>(Math.Max(_values.Count, added.Count));
        int i = 0;
        int j = 0;
        while (i < _values.Count || j < added.Count)
        {
            int order = i == _values.Count ? 1
                : j == added.Count ? -1
                : _values.GetKeyAtIndex(i).CompareTo(added.GetKeyAtIndex(j));
            MapKey key = order <= 0 ? _values.GetKeyAtIndex(i) : added.GetKeyAtIndex(j);
            CrdtValue value = order <= 0 ? _values.GetValueAtIndex(i++) : Create(key.Kind);
            value.Merge(mine, order >= 0 ? added.GetValueAtIndex(j++) : Create(key.Kind), theirs, isDelta);
            joined.Add(key, value);
        }

        _values = joined;
    }

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals)
    {
        foreach (CrdtValue value in _values.Values)
        {
            value.CollectReplicas(replicas, removals);
        }
    }

    internal override void Trim(ICausalView stable)
    {
        foreach (CrdtValue value in _values.Values)
        {
            value.Trim(stable);
        }
    }

    internal override void SurveyRemovals(ICausalView stable, DotSurvey survey)
    {
        foreach (CrdtValue value in _values.Values)
        {
            value.SurveyRemovals(stable, survey);
        }
    }

    internal override void Survey(DotSurvey survey)
    {
        foreach (CrdtValue value in _values.Values)
        {
            value.Survey(survey);
        }
    }

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp)
    {
        foreach (CrdtValue value in _values.Values)
        {
            value.Rename(dots, matches, timestamp);
        }
    }

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        foreach ((MapKey key, CrdtValue value) in ((Map)other)._values)
        {
            Get(key.Key, key.Kind).CopyFrom(dots, value, matches, timestamp);
        }
    }

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder)
    {
        int count = 0;
        for (int i = 0; i < _values.Count; i++)
        {
            count += encoder.Writes(_values.GetValueAtIndex(i)) ? 1 : 0;
        }

        writer.WriteArrayHeader(count * 3);
        for (int i = 0; i < _values.Count; i++)
        {
            CrdtValue value = _values.GetValueAtIndex(i);
            if (encoder.Writes(value))
            {
                MapKey key = _values.GetKeyAtIndex(i);
                ScalarCodec.Write(ref writer, key.Key);
                writer.Write((byte)key.Kind);
                value.Write(ref writer, encoder);
            }
        }
    }

    private bool Has(Func<CrdtValue, bool> isSo)
    {
        for (int i = 0; i < _values.Count; i++)
        {
            if (isSo(_values.GetValueAtIndex(i)))
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct MapKey(Scalar Key, CrdtKind Kind) : IComparable<MapKey>
    {
        public int CompareTo(MapKey other) => Key.CompareTo(other.Key) is var order and not 0
            ? order
            : Kind.CompareTo(other.Kind);
    }
}
