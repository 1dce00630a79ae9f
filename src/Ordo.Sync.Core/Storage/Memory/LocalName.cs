using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>Names a local entry; ordered by area, then key, as UTF-8 bytes.</summary>
internal readonly record struct LocalName(string Area, string Key) : IComparable<LocalName>
{
    /// <summary>The entries of an area behind a key, in key order.</summary>
    public static IEnumerable<KeyValuePair<LocalName, TValue>> Walk<TValue>(
        OrderedMap<LocalName, TValue> entries, string area, string? afterKey) => entries
        .From(name => Utf8Order.Compare(name.Area, area) is var order
            && (order < 0 || (order == 0 && afterKey is not null && Utf8Order.Compare(name.Key, afterKey) <= 0)))
        .TakeWhile(entry => entry.Key.Area == area);

    public int CompareTo(LocalName other)
    {
        int byArea = Utf8Order.Compare(Area, other.Area);
        return byArea != 0 ? byArea : Utf8Order.Compare(Key, other.Key);
    }
}
