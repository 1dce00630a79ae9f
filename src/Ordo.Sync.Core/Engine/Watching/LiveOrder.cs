using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Watching;

/// <summary>The order of a live collection: total, since keys break ties.</summary>
internal sealed class LiveOrder<T>(Comparison<T>? byValue, bool isDescending) : IComparer<LiveEntry<T>>
{
    public int Compare(LiveEntry<T>? left, LiveEntry<T>? right)
    {
        int order = CompareValues(left!, right!);
        return order != 0 ? order : CompareKeys(left!, right!);
    }

    private int CompareValues(LiveEntry<T> left, LiveEntry<T> right)
    {
        if (byValue is null)
        {
            int order = left.Rank.CompareTo(right.Rank);
            return isDescending ? -order : order;
        }

        return (left.Record.IsReadable, right.Record.IsReadable) switch
        {
            (true, true) => byValue(left.Record.Value, right.Record.Value),
            (true, false) => -1,
            (false, true) => 1,
            _ => 0,
        };
    }

    private int CompareKeys(LiveEntry<T> left, LiveEntry<T> right)
    {
        int order = Utf8Order.Compare(left.Key, right.Key);
        return isDescending ? -order : order;
    }
}
