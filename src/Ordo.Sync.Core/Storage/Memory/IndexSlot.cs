using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>The place of a live record in one of its collection's indexes: by value, then key.</summary>
internal readonly record struct IndexSlot(string Collection, string Field, IndexValue Value, string Key)
    : IComparable<IndexSlot>
{
    public int CompareTo(IndexSlot other)
    {
        int order = CompareIndexTo(other.Collection, other.Field);
        if (order == 0)
        {
            order = ComparePositionTo(new QueryPosition(other.Value, other.Key));
        }

        return order;
    }

    /// <summary>How the index of this place stands to another.</summary>
    public int CompareIndexTo(string collection, string field)
    {
        int order = string.CompareOrdinal(Collection, collection);
        return order != 0 ? order : string.CompareOrdinal(Field, field);
    }

    /// <summary>How this place stands to a position in the same index.</summary>
    public int ComparePositionTo(QueryPosition position)
    {
        int order = Value.CompareTo(position.Value);
        return order != 0 ? order : Utf8Order.Compare(Key, position.Key);
    }
}
