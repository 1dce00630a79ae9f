using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A number that several replicas raise and lower at the same time: the sum of one total a replica, each total an element
/// that its replica replaces under a new dot when it adds to it.
/// </summary>
/// <remarks>
/// Source: the PN-counter of Shapiro et al. (2011) in causal form (Almeida et al. 2018). One signed total stands for both of
/// its vectors, since a replica's later dot replaces the earlier. After a map removed a counter, a replica that raised it
/// at the same time brings back its own total, not only what it added last.
/// </remarks>
public sealed class Counter : CrdtValue
{
    private readonly DotMap<TotalValue> _totals;

    /// <summary>Makes a counter that stands at zero.</summary>
    public Counter()
        : this(new DotMap<TotalValue>())
    {
    }

    private Counter(DotMap<TotalValue> totals) => _totals = totals;

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Counter;

    /// <inheritdoc/>
    public override bool IsPresent => _totals.Count > 0;

    /// <summary>The sum, held at the bounds of 64 bits.</summary>
    public long Value
    {
        get
        {
            Int128 sum = 0;
            foreach (DotEntry<TotalValue> entry in _totals.Entries)
            {
                sum += entry.Value.Total;
            }

            return (long)Int128.Clamp(sum, long.MinValue, long.MaxValue);
        }
    }

    /// <summary>The number of replicas with a total of their own; <see cref="Absorb"/> lowers it.</summary>
    public int ReplicaCount => _totals.Count;

    /// <summary>The replicas with a total of their own, and these totals, in the order of the ids.</summary>
    public IReadOnlyList<KeyValuePair<ReplicaId, long>> Totals =>
        [.. _totals.Entries.Select(entry => KeyValuePair.Create(entry.Dot.Replica, entry.Value.Total))];

    internal override bool HasState => _totals.Count > 0;

    /// <summary>Adds <paramref name="by"/> (1 by default, negative to lower). Takes one dot.</summary>
    /// <exception cref="OverflowException">This replica's total does not fit 64 bits; nothing has changed.</exception>
    public void Increment(IDotSource dots, long by = 1)
    {
        ArgumentNullException.ThrowIfNull(dots);
        int own = Find(dots.Replica);
        long total = checked((own < 0 ? 0 : _totals.Entries[own].Value.Total) + by);
        Replace(dots, own, total);
    }

    /// <summary>Takes <paramref name="by"/> away (1 by default). Takes one dot.</summary>
    /// <exception cref="OverflowException">This replica's total does not fit 64 bits; nothing has changed.</exception>
    public void Decrement(IDotSource dots, long by = 1) => Increment(dots, checked(-by));

    /// <summary>
    /// Takes over the total of an incarnation that writes no more, so that its id can go. Only one replica may do this (the
    /// hub of the scope), and only when it knows the incarnation's last write: two that absorb at once count it twice.
    /// </summary>
    /// <returns>Whether there was a total to take over.</returns>
    /// <exception cref="OverflowException">The sum of the two totals does not fit 64 bits; nothing has changed.</exception>
    public bool Absorb(IDotSource dots, ReplicaId retired)
    {
        ArgumentNullException.ThrowIfNull(dots);
        int other = Find(retired);
        if (other < 0 || retired == dots.Replica)
        {
            return false;
        }

        int own = Find(dots.Replica);
        long total = checked((own < 0 ? 0 : _totals.Entries[own].Value.Total) + _totals.Entries[other].Value.Total);
        _totals.RemoveAt(other);
        Replace(dots, Find(dots.Replica), total);
        return true;
    }

    internal static Counter Read(ref MessagePackReader reader, CrdtDecoder decoder) =>
        new(DotMap<TotalValue>.Read(ref reader, decoder));

    internal override CrdtValue Clone() => new Counter(_totals.Clone());

    internal override void Clear(IDotSource dots) => _totals.Clear();

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta) =>
        _totals.Merge(mine, ((Counter)other)._totals, theirs);

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals) => _totals.CollectReplicas(replicas);

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder) => _totals.Write(ref writer, encoder);

    internal override void Survey(DotSurvey survey) => _totals.Survey(survey);

    // Totals that lose their dots become part of the renaming replica's own.
    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp) =>
        TakeOver(dots, _totals.Extract(matches));

    internal override void Retract(IDotSource dots, Func<GlobalDot, bool> matches) => _totals.Extract(matches);

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp) =>
        TakeOver(dots, [.. ((Counter)other)._totals.Entries.Where(entry => matches(entry.Dot))]);

    private int Find(ReplicaId replica)
    {
        for (int i = 0; i < _totals.Count; i++)
        {
            if (_totals.Entries[i].Dot.Replica == replica)
            {
                return i;
            }
        }

        return -1;
    }

    private void TakeOver(IDotSource dots, List<DotEntry<TotalValue>> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        int own = Find(dots.Replica);
        Int128 sum = own < 0 ? 0 : _totals.Entries[own].Value.Total;
        foreach (DotEntry<TotalValue> entry in entries)
        {
            sum += entry.Value.Total;
        }

        Replace(dots, own, (long)Int128.Clamp(sum, long.MinValue, long.MaxValue));
    }

    private void Replace(IDotSource dots, int own, long total)
    {
        if (own >= 0)
        {
            _totals.RemoveAt(own);
        }

        _totals.Add(new GlobalDot(dots.Replica, dots.Take(1)), new TotalValue(total));
    }
}
