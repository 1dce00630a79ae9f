using System.Diagnostics.CodeAnalysis;
using MessagePack;
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
public sealed partial class Map : CrdtValue
{
    /// <summary>An entry is encoded as key, kind and value.</summary>
    internal const int EntryParts = 3;

    private MapValues _values = new();

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Map;

    /// <inheritdoc/>
    public override bool IsPresent => Has(static value => value.IsPresent);

    /// <summary>The keys whose value holds something, in order.</summary>
    public IEnumerable<Scalar> Keys => _values.List.Where(entry => entry.Value.IsPresent).Select(entry => entry.Key.Key).Distinct();

    /// <summary>The values that hold something, by key and kind, in order.</summary>
    public IEnumerable<KeyValuePair<Scalar, CrdtValue>> Values => _values.List
        .Where(entry => entry.Value.IsPresent)
        .Select(entry => KeyValuePair.Create(entry.Key.Key, entry.Value));

    internal override bool HasState => Has(static value => value.HasState);

    internal override bool HasSequence => Has(static value => value.HasSequence);

    /// <summary>Whether the key has a value, of whatever kind, that holds something.</summary>
    public bool ContainsKey(Scalar key) => Enum.GetValues<CrdtKind>().Any(kind => Find(key, kind) is { IsPresent: true });

    /// <summary>The value of a kind at a key, or null where it was never asked for or received. Changes nothing.</summary>
    public CrdtValue? Find(Scalar key, CrdtKind kind) => _values.Find(new MapKey(key, kind));

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
        if (_values.Find(at) is { } value)
        {
            return value;
        }

        value = Create(kind);
        _values.Insert(at, value);
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
        decoder.Enter();
        var map = new Map();
        int length = reader.ReadArrayHeader();
        if (length % EntryParts != 0)
        {
            throw new CrdtFormatException($"A map has {length} values, not a multiple of {EntryParts}.");
        }

        MapKey? last = null;
        for (int i = 0; i < length / EntryParts; i++)
        {
            Scalar key = ScalarCodec.Read(ref reader);
            var kind = (CrdtKind)reader.ReadByte();
            var at = new MapKey(key, kind);
            if (last?.CompareTo(at) >= 0)
            {
                throw new CrdtFormatException($"The keys of a map are not in order at {key}.");
            }

            last = at;
            map._values.Append(at, decoder.IsDelta && reader.TryReadNil() ? Create(kind) : Read(kind, ref reader, decoder));
        }

        decoder.Leave();
        return map;
    }
}
