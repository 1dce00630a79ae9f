using System.Collections.Immutable;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// The versions of one record that a state reflects: a replica's dots up to a counter, and single dots above. What a
/// state knows
/// and does not hold, it has overwritten. To know too little keeps a value as lost that was not; to claim too much
/// would lose one.
/// Immutable.
/// </summary>
internal sealed class KnownDots
{
    private readonly ImmutableArray<Line> _lines;

    private KnownDots(ImmutableArray<Line> lines) => _lines = lines;

    public static KnownDots None { get; } = new([]);

    /// <summary>One line a replica, in the order of their ids.</summary>
    public ImmutableArray<Line> Lines => _lines;

    /// <summary>Of lines in the order of their replicas.</summary>
    public static KnownDots Of(IReadOnlyList<Line> sorted) =>
        new([.. sorted.Where(static line => line.UpTo > 0 || line.More.Length > 0)]);

    /// <summary>This and the versions of entries.</summary>
    public KnownDots With(ReadOnlySpan<FieldEntry> entries)
    {
        List<FieldStamp>? news = null;
        foreach (FieldEntry entry in entries)
        {
            if (!Contains(entry.Stamp) && (news is null || news[^1] != entry.Stamp))
            {
                (news ??= []).Add(entry.Stamp);
            }
        }

        if (news is null)
        {
            return this;
        }

        // Together, not one by one: an annotation may name thousands.
        IEnumerable<Line> lines = news.GroupBy(
            static stamp => stamp.Replica,
            static (replica, dots) => new Line(
                replica, 0, [.. dots.Select(static dot => dot.Counter).Distinct().Order()]));
        return Join(new KnownDots([.. lines.OrderBy(static line => line.Replica)]));
    }

    public bool Contains(in FieldStamp stamp)
    {
        int at = Find(stamp.Replica);
        return at >= 0
            && (stamp.Counter <= _lines[at].UpTo || _lines[at].More.AsSpan().BinarySearch(stamp.Counter) >= 0);
    }

    public KnownDots With(in FieldStamp stamp)
    {
        int at = Find(stamp.Replica);
        if (at < 0)
        {
            return new KnownDots(_lines.Insert(~at, new Line(stamp.Replica, 0, [stamp.Counter])));
        }

        Line line = _lines[at];
        int place = line.More.AsSpan().BinarySearch(stamp.Counter);
        return stamp.Counter <= line.UpTo || place >= 0
            ? this
            : new KnownDots(_lines.SetItem(at, line with { More = line.More.Insert(~place, stamp.Counter) }));
    }

    public KnownDots Join(KnownDots other)
    {
        if (ReferenceEquals(this, other) || other._lines.IsEmpty)
        {
            return this;
        }

        var lines = ImmutableArray.CreateBuilder<Line>(_lines.Length + other._lines.Length);
        int l = 0;
        int r = 0;
        while (l < _lines.Length || r < other._lines.Length)
        {
            int order = l == _lines.Length ? 1
                : r == other._lines.Length ? -1
                : _lines[l].Replica.CompareTo(other._lines[r].Replica);
            lines.Add(order < 0 ? _lines[l++]
                : order > 0 ? other._lines[r++]
                : _lines[l++].Join(other._lines[r++]));
        }

        return new KnownDots(lines.DrainToImmutable());
    }

    /// <summary>What a writer knows that has seen every version its replica holds, and so all before those it has
    /// seen.</summary>
    public KnownDots WithoutGaps()
    {
        foreach (Line line in _lines)
        {
            if (line.More.Length > 0)
            {
                return new KnownDots([.. _lines.Select(
                    static one => one.More.IsEmpty ? one : new Line(one.Replica, one.More[^1], []))]);
            }
        }

        return this;
    }

    /// <summary>Without any claim about one replica.</summary>
    public KnownDots Without(ReplicaId replica)
    {
        int at = Find(replica);
        return at < 0 ? this : new KnownDots(_lines.RemoveAt(at));
    }

    /// <summary>Within the bounds of what is stored; the dots of <paramref name="held"/> stay.</summary>
    public KnownDots Bounded(ImmutableArray<FieldEntry> held)
    {
        const int dotsMax = FieldLimits.DotsOfReplicaMax;
        bool tooMany = _lines.Length > FieldLimits.ReplicasMax;
        foreach (Line line in _lines)
        {
            tooMany |= line.More.Length > dotsMax;
        }

        return tooMany
            ? new KnownDots([.. _lines.Take(FieldLimits.ReplicasMax).Select(
                static line => line.More.Length <= dotsMax ? line : line with { More = line.More[^dotsMax..] })])
                .With(held.AsSpan())
            : this;
    }

    private int Find(ReplicaId replica)
    {
        int low = 0;
        int high = _lines.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _lines[middle].Replica.CompareTo(replica);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    /// <summary>What is known of one replica: all dots up to a counter, and some above, in order.</summary>
    internal readonly record struct Line(ReplicaId Replica, long UpTo, ImmutableArray<long> More)
    {
        public Line Join(Line other)
        {
            if (UpTo == other.UpTo && More.AsSpan().SequenceEqual(other.More.AsSpan()))
            {
                return this;
            }

            long upTo = Math.Max(UpTo, other.UpTo);
            return new Line(Replica, upTo, [.. More.Union(other.More).Where(counter => counter > upTo).Order()]);
        }
    }
}
