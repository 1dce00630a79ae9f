using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Memory;

/// <summary>A scope's name in the order of its UTF-8 bytes.</summary>
internal readonly record struct ScopeName(string Value) : IComparable<ScopeName>
{
    public int CompareTo(ScopeName other) => Utf8Order.Compare(Value, other.Value);
}
