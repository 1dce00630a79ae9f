namespace Ordo.Sync.Model.Tests.Causality;

/// <summary>An immutable version vector: for each incarnation the highest counter covered; absent means 0.</summary>
internal sealed class Vector
{
    public static readonly Vector Empty = new([]);

    private readonly int[] _counters;

    private Vector(int[] counters) => _counters = counters;

    public int Length => _counters.Length;

    public bool IsEmpty => _counters.Length == 0;

    public int this[int replica] => (uint)replica < (uint)_counters.Length ? _counters[replica] : 0;

    public bool Covers(Dot dot) => this[dot.Replica] >= dot.Counter;

    /// <summary>Whether this covers everything the other covers: other ≤ this.</summary>
    public bool Dominates(Vector other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        int[] mine = _counters;
        int[] theirs = other._counters;
        for (int replica = 0; replica < theirs.Length; replica++)
        {
            int counter = replica < mine.Length ? mine[replica] : 0;
            if (theirs[replica] > counter)
            {
                return false;
            }
        }

        return true;
    }

    public bool SameAs(Vector other) => Dominates(other) && other.Dominates(this);

    /// <summary>The pointwise maximum.</summary>
    public Vector Join(Vector other)
    {
        if (Dominates(other))
        {
            return this;
        }

        if (other.Dominates(this))
        {
            return other;
        }

        int[] joined = new int[Math.Max(_counters.Length, other._counters.Length)];
        for (int replica = 0; replica < joined.Length; replica++)
        {
            joined[replica] = Math.Max(this[replica], other[replica]);
        }

        return new Vector(joined);
    }

    /// <summary>The pointwise minimum.</summary>
    public Vector Meet(Vector other)
    {
        int[] met = new int[Math.Min(_counters.Length, other._counters.Length)];
        for (int replica = 0; replica < met.Length; replica++)
        {
            met[replica] = Math.Min(_counters[replica], other._counters[replica]);
        }

        return new Vector(met);
    }

    /// <summary>This vector, covering the dot and every earlier one of its incarnation too.</summary>
    public Vector Raise(Dot dot)
    {
        if (Covers(dot))
        {
            return this;
        }

        int[] raised = new int[Math.Max(_counters.Length, dot.Replica + 1)];
        _counters.CopyTo(raised, 0);
        raised[dot.Replica] = dot.Counter;
        return new Vector(raised);
    }

    public int Sum() => _counters.Sum();

    /// <summary>The entries that a condition on incarnation and counter keeps.</summary>
    public Vector Where(Func<int, int, bool> isKept)
    {
        int[] kept = new int[_counters.Length];
        for (int replica = 0; replica < kept.Length; replica++)
        {
            kept[replica] = isKept(replica, _counters[replica]) ? _counters[replica] : 0;
        }

        return new Vector(kept);
    }

    /// <summary>The incarnations that have an entry.</summary>
    public IEnumerable<int> Replicas() => Enumerable.Range(0, _counters.Length).Where(replica => _counters[replica] > 0);
}
