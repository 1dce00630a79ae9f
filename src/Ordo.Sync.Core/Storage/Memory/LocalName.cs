using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>Names a local entry; ordered by area, then key, as UTF-8 bytes.</summary>
internal readonly record struct LocalName(string Area, string Key) : IComparable<LocalName>
{
    public int CompareTo(LocalName other)
    {
        int byArea = Utf8Order.Compare(Area, other.Area);
        return byArea != 0 ? byArea : Utf8Order.Compare(Key, other.Key);
    }
}
