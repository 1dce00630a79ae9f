using System.Diagnostics.CodeAnalysis;

namespace Ordo.Sync.Crdt;

/// <summary>A typed face of a <see cref="Map"/> whose values are all of one kind; it holds no state of its own.</summary>
/// <typeparam name="TKey">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
/// <typeparam name="TValue">One of the conflict-free types, untyped: Counter, Flag, Register, Set, Map, Sequence, Text.</typeparam>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word; a name for a collection of System.Collections would clash.")]
public sealed class Map<TKey, TValue>
    where TKey : notnull
    where TValue : CrdtValue, new()
{
    private static readonly CrdtKind ValueKind = new TValue().Kind;

    /// <summary>Makes a face of a map.</summary>
    public Map(Map untyped)
    {
        ArgumentNullException.ThrowIfNull(untyped);
        Untyped = untyped;
    }

    /// <summary>The map behind.</summary>
    public Map Untyped { get; }

    /// <summary>The keys whose value of this kind holds something, in order.</summary>
    /// <exception cref="InvalidOperationException">A key is of another kind.</exception>
    public IEnumerable<TKey> Keys => Untyped.Values
        .Where(entry => entry.Value.Kind == ValueKind)
        .Select(entry => ScalarConversion<TKey>.FromScalar(entry.Key));

    /// <summary>The value at a key; an empty one, which counts only when something is added to it, where there is none.</summary>
    public TValue this[TKey key] => (TValue)Untyped.Get(ScalarConversion<TKey>.ToScalar(key), ValueKind);

    /// <summary>Whether the key's value of this kind holds something.</summary>
    public bool ContainsKey(TKey key) =>
        Untyped.Find(ScalarConversion<TKey>.ToScalar(key), ValueKind) is { IsPresent: true };

    /// <inheritdoc cref="Map.Remove"/>
    public bool Remove(IDotSource dots, TKey key) => Untyped.Remove(dots, ScalarConversion<TKey>.ToScalar(key));
}
