using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A conflict-free value: part of a <see cref="CrdtDocument"/>, at a path or below a map's key. Not thread-safe, not for
/// reading beside a writer either; a document is cheap to copy from its bytes.
/// </summary>
public abstract class CrdtValue
{
    private protected CrdtValue()
    {
    }

    /// <summary>Which type this is.</summary>
    public abstract CrdtKind Kind { get; }

    /// <summary>Whether it holds anything a reader can see; a map's key is there as long as its value is present.</summary>
    public abstract bool IsPresent { get; }

    /// <summary>Whether there is anything to encode; a text whose last character was removed still has the removal.</summary>
    internal abstract bool HasState { get; }

    /// <summary>Whether there is a text or list with state in it.</summary>
    internal virtual bool HasSequence => false;

    /// <summary>An independent copy.</summary>
    internal abstract CrdtValue Clone();

    /// <summary>Removes every element that is here; what others add at the same time stays.</summary>
    internal abstract void Clear(IDotSource dots);

    /// <summary>Joins another value of this kind, or its delta, into this one.</summary>
    internal abstract void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta);

    /// <summary>Adds the replicas that an encoding with or without removals names.</summary>
    internal abstract void CollectReplicas(ISet<ReplicaId> replicas, bool removals);

    /// <summary>Writes the state, or the delta that the encoder asks for.</summary>
    internal abstract void Write(ref MessagePackWriter writer, Encoding.CrdtEncoder encoder);

    /// <summary>Adds the dots of all elements.</summary>
    internal abstract void Survey(DotSurvey survey);

    /// <summary>Gives the elements that match fresh dots; to others that is a removal and an addition.</summary>
    /// <param name="dots">Where the dots come from.</param>
    /// <param name="matches">Which elements.</param>
    /// <param name="timestamp">The timestamp of register values among them; null to keep theirs.</param>
    internal abstract void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp);

    /// <summary>Removes the elements that match, as an edit: others that hold them follow.</summary>
    internal abstract void Retract(IDotSource dots, Func<GlobalDot, bool> matches);

    /// <summary>Forgets removed elements that match: nobody claims to know their dots any more.</summary>
    internal virtual void Bury(Func<GlobalDot, bool> matches)
    {
    }

    /// <summary>Adds copies of another value's elements that match, under fresh dots, to this empty value.</summary>
    internal abstract void CopyFrom(IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp);

    /// <summary>Forgets what every replica has seen removed.</summary>
    internal virtual void Trim(ICausalView stable)
    {
    }

    /// <summary>Forgets the removed elements that these dots name, and the removals that they name.</summary>
    internal virtual void TrimNamed(ICausalView folded)
    {
    }

    /// <summary>Adds the removals that <see cref="Trim"/> would forget.</summary>
    internal virtual void SurveyRemovals(ICausalView stable, DotSurvey survey)
    {
    }

    /// <summary>A value without elements: what an absent one means.</summary>
    internal static CrdtValue Create(CrdtKind kind) => kind switch
    {
        CrdtKind.Counter => new Counter(),
        CrdtKind.Flag => new Flag(),
        CrdtKind.Register => new Register(),
        CrdtKind.Set => new Set(),
        CrdtKind.Map => new Map(),
        CrdtKind.Sequence => new Sequence(),
        CrdtKind.Text => new Text(),
        _ => throw new CrdtFormatException($"There is no conflict-free type {(int)kind} in this version."),
    };

    /// <summary>Reads what <see cref="Write"/> wrote for a value of this kind.</summary>
    internal static CrdtValue Read(CrdtKind kind, ref MessagePackReader reader, Encoding.CrdtDecoder decoder) => kind switch
    {
        CrdtKind.Counter => Counter.Read(ref reader, decoder),
        CrdtKind.Flag => Flag.Read(ref reader, decoder),
        CrdtKind.Register => Register.Read(ref reader, decoder),
        CrdtKind.Set => Set.Read(ref reader, decoder),
        CrdtKind.Map => Map.Read(ref reader, decoder),
        CrdtKind.Sequence => Sequence.Read(ref reader, decoder),
        CrdtKind.Text => Text.Read(ref reader, decoder),
        _ => throw new CrdtFormatException($"There is no conflict-free type {(int)kind} in this version."),
    };
}
