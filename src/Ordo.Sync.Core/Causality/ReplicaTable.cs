using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Ordo.Sync.Causality;

/// <summary>
/// The replica ids one store has met, each with its small local index. Append-only: an index keeps its id for ever.
/// Immutable, so a reader's table never changes under it; a store swaps the table when a commit adds to it.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "An interning table, not a general collection.")]
public sealed class ReplicaTable
{
    private readonly ImmutableList<ReplicaId> _ids;
    private readonly ImmutableDictionary<ReplicaId, int> _indexes;

    private ReplicaTable(ImmutableList<ReplicaId> ids, ImmutableDictionary<ReplicaId, int> indexes)
    {
        _ids = ids;
        _indexes = indexes;
    }

    /// <summary>A table without entries.</summary>
    public static ReplicaTable Empty { get; } =
        new([], ImmutableDictionary<ReplicaId, int>.Empty);

    /// <summary>The number of ids.</summary>
    public int Count => _ids.Count;

    /// <summary>The id at a local index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No id has that index.</exception>
    public ReplicaId this[int index] => _ids[index];

    /// <summary>The local index of an id, or −1 where the store has not met it.</summary>
    public int IndexOf(ReplicaId id) => _indexes.TryGetValue(id, out int index) ? index : -1;

    /// <summary>This table with an id appended; the same instance where it is there already.</summary>
    /// <exception cref="InvalidOperationException">The table is full (524,288 incarnations).</exception>
    public ReplicaTable With(ReplicaId id, out int index)
    {
        if (_indexes.TryGetValue(id, out index))
        {
            return this;
        }

        index = _ids.Count;
        if (index > Dot.ReplicaIndexMax)
        {
            throw new InvalidOperationException(
                $"The store has met {Dot.ReplicaIndexMax + 1} replica incarnations, the most a dot can name. "
                + "Start a new generation of its scopes.");
        }

        return new ReplicaTable(_ids.Add(id), _indexes.Add(id, index));
    }

    /// <summary>The index of an id that must be there.</summary>
    /// <exception cref="KeyNotFoundException">The store has not met it.</exception>
    public int Require(ReplicaId id) =>
        _indexes.TryGetValue(id, out int index) ? index : throw new KeyNotFoundException($"Unknown replica {id}.");

    /// <summary>The global name of a dot, for people and for orders that must be the same everywhere.</summary>
    public GlobalDot Globalize(Dot dot) => new(_ids[dot.ReplicaIndex], dot.Counter);
}
