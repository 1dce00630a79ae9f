namespace Ordo.Sync.Crdt;

/// <summary>What a value of a map stands at: one value of each kind at a key.</summary>
internal readonly record struct MapKey(Scalar Key, CrdtKind Kind) : IComparable<MapKey>
{
    public int CompareTo(MapKey other) => Key.CompareTo(other.Key) is var order and not 0
        ? order
        : Kind.CompareTo(other.Kind);
}
