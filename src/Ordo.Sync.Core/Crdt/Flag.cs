using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;

namespace Ordo.Sync.Crdt;

/// <summary>A truth value in which enabling wins over disabling at the same time. It stands disabled at first.</summary>
/// <remarks>Source: the enable-wins flag of the optimised OR-set family (Bieniusa et al. 2012).</remarks>
public sealed class Flag : CrdtValue
{
    private readonly DotMap<NoValue> _enabled;

    /// <summary>Makes a flag that stands disabled.</summary>
    public Flag()
        : this(new DotMap<NoValue>())
    {
    }

    private Flag(DotMap<NoValue> enabled) => _enabled = enabled;

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Flag;

    /// <inheritdoc/>
    public override bool IsPresent => Value;

    /// <summary>Whether the flag is enabled.</summary>
    public bool Value => _enabled.Count > 0;

    internal override bool HasState => Value;

    /// <summary>Enables the flag. Takes one dot, also where it is enabled: the new dot outlives a disabling elsewhere.</summary>
    public void Enable(IDotSource dots)
    {
        ArgumentNullException.ThrowIfNull(dots);
        _enabled.Clear();
        _enabled.Add(new GlobalDot(dots.Replica, dots.Take(1)), default);
    }

    /// <summary>Disables the flag; enablings elsewhere that are not known here win. Takes no dot.</summary>
    public void Disable() => _enabled.Clear();

    internal static Flag Read(ref MessagePackReader reader, CrdtDecoder decoder) =>
        new(DotMap<NoValue>.Read(ref reader, decoder));

    internal override CrdtValue Clone() => new Flag(_enabled.Clone());

    internal override void Clear(IDotSource dots) => Disable();

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta) =>
        _enabled.Merge(mine, ((Flag)other)._enabled, theirs);

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals) => _enabled.CollectReplicas(replicas);

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder) => _enabled.Write(ref writer, encoder);

    internal override void Survey(DotSurvey survey) => _enabled.Survey(survey);

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp)
    {
        if (_enabled.Extract(matches).Count > 0)
        {
            _enabled.Add(new GlobalDot(dots.Replica, dots.Take(1)), default);
        }
    }

    internal override void Retract(IDotSource dots, Func<GlobalDot, bool> matches) => _enabled.Extract(matches);

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        if (((Flag)other)._enabled.Entries.Any(entry => matches(entry.Dot)))
        {
            Enable(dots);
        }
    }
}
