using System.Text;

namespace Ordo.Sync.Records;

/// <summary>Names a record within its scope: a collection and a key. Ordered by collection, then key, as UTF-8 bytes.</summary>
/// <param name="Collection">The collection's name; see <see cref="RecordNames"/> for what names may be.</param>
/// <param name="Key">The record's key within the collection.</param>
public readonly record struct RecordKey(string Collection, string Key) : IComparable<RecordKey>
{
    /// <summary>The UTF-8 bytes of both parts: what a page counts for them.</summary>
    public int SizeBytes => Encoding.UTF8.GetByteCount(Collection) + Encoding.UTF8.GetByteCount(Key);

    /// <inheritdoc/>
    public int CompareTo(RecordKey other)
    {
        int byCollection = Utf8Order.Compare(Collection, other.Collection);
        return byCollection != 0 ? byCollection : Utf8Order.Compare(Key, other.Key);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Collection}/{Key}";

    /// <summary>Earlier in key order.</summary>
    public static bool operator <(RecordKey left, RecordKey right) => left.CompareTo(right) < 0;

    /// <summary>Later in key order.</summary>
    public static bool operator >(RecordKey left, RecordKey right) => left.CompareTo(right) > 0;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(RecordKey left, RecordKey right) => left.CompareTo(right) <= 0;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(RecordKey left, RecordKey right) => left.CompareTo(right) >= 0;
}
