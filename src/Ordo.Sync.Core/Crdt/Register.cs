using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A single value. <see cref="Value"/> reads it as <em>last write wins</em>, <see cref="Values"/> as a multi-value register:
/// all that were written at the same time, the winner first.
/// </summary>
/// <remarks>
/// Both are one type, because the losers have to stay until a write that saw them: were they dropped at a join, a removal
/// that saw only the winner would take the loser with it on some replicas and not on others. So there are at most as
/// many values as replicas that wrote at the same time. Source: Almeida et al. (2018), multi-value register.
/// </remarks>
public sealed class Register : CrdtValue
{
    private readonly DotMap<StampedValue> _values;

    /// <summary>Makes a register without a value.</summary>
    public Register()
        : this(new DotMap<StampedValue>())
    {
    }

    private Register(DotMap<StampedValue> values) => _values = values;

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Register;

    /// <inheritdoc/>
    public override bool IsPresent => _values.Count > 0;

    /// <summary>The value with the greatest (timestamp, replica id, counter); null where none was written or it was cleared.</summary>
    public Scalar? Value => Winner?.Value;

    /// <summary>The winner with its dot and timestamp; null where there is none.</summary>
    public RegisterValue? Winner
    {
        get
        {
            RegisterValue? winner = null;
            foreach (DotEntry<StampedValue> entry in _values.Entries)
            {
                // Entries are sorted by dot: of equal timestamps the later entry wins.
                if (winner is null || entry.Value.Timestamp >= winner.Value.Timestamp)
                {
                    winner = new RegisterValue(entry.Dot, entry.Value.Timestamp, entry.Value.Value);
                }
            }

            return winner;
        }
    }

    /// <summary>All values that stand at the same time, the winner first; more than one is a conflict to those who care.</summary>
    public IReadOnlyList<RegisterValue> Values =>
    [
        .. _values.Entries
            .Select(entry => new RegisterValue(entry.Dot, entry.Value.Timestamp, entry.Value.Value))
            .OrderByDescending(value => value.Timestamp).ThenByDescending(value => value.Dot),
    ];

    internal override bool HasState => IsPresent;

    /// <summary>
    /// Writes a value over all that stand here. Takes one dot. The timestamp is raised above theirs where it is not, so that
    /// a write is never beaten by what it overwrote.
    /// </summary>
    public void Set(IDotSource dots, HybridTimestamp timestamp, Scalar value)
    {
        ArgumentNullException.ThrowIfNull(dots);
        if (Winner is { } winner && winner.Timestamp >= timestamp)
        {
            timestamp = winner.Timestamp.Next();
        }

        _values.Clear();
        _values.Add(new GlobalDot(dots.Replica, dots.Take(1)), new StampedValue(timestamp, value));
    }

    /// <summary>Removes all values that stand here; those written elsewhere at the same time stay. Takes no dot.</summary>
    public void Clear() => _values.Clear();

    internal static Register Read(ref MessagePackReader reader, CrdtDecoder decoder) =>
        new(DotMap<StampedValue>.Read(ref reader, decoder));

    internal override CrdtValue Clone() => new Register(_values.Clone());

    internal override void Clear(IDotSource dots) => Clear();

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta) =>
        _values.Merge(mine, ((Register)other)._values, theirs);

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals) => _values.CollectReplicas(replicas);

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder) => _values.Write(ref writer, encoder);

    internal override void Survey(DotSurvey survey)
    {
        _values.Survey(survey);
        foreach (DotEntry<StampedValue> entry in _values.Entries)
        {
            survey.Add(entry.Value.Timestamp);
        }
    }

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp)
    {
        foreach (DotEntry<StampedValue> entry in _values.Extract(matches))
        {
            StampedValue value = timestamp is { } time ? entry.Value with { Timestamp = time } : entry.Value;
            _values.Add(new GlobalDot(dots.Replica, dots.Take(1)), value);
        }
    }

    internal override void Retract(IDotSource dots, Func<GlobalDot, bool> matches) => _values.Extract(matches);

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        foreach (DotEntry<StampedValue> entry in ((Register)other)._values.Entries.Where(entry => matches(entry.Dot)))
        {
            _values.Add(new GlobalDot(dots.Replica, dots.Take(1)), entry.Value with { Timestamp = timestamp });
        }
    }
}
