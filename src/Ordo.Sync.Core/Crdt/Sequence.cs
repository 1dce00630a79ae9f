using System.Diagnostics.CodeAnalysis;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Crdt.Sequences;

namespace Ordo.Sync.Crdt;

/// <summary>
/// A list of scalars that several people edit at the same time: <see cref="Text"/>'s algorithm over values. Called so, because
/// a <c>List&lt;T&gt;</c> beside that of System.Collections.Generic would be ambiguous in every file of an app.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "The field's word; a name for a collection of System.Collections would clash.")]
public sealed class Sequence : CrdtValue
{
    private SequenceCore<Scalar> _core = new();
    private SequenceDelta<Scalar>? _delta;

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Sequence;

    /// <inheritdoc/>
    public override bool IsPresent => Count > 0;

    /// <summary>The number of elements.</summary>
    public int Count => _core.Length;

    internal override bool HasState => !_core.IsEmpty;

    internal override bool HasSequence => HasState;

    /// <summary>The element at an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the list.</exception>
    public Scalar this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _core[index];
        }
    }

    /// <summary>Appends an element. Takes one dot.</summary>
    public void Add(IDotSource dots, Scalar element) => Insert(dots, Count, [element]);

    /// <summary>Inserts elements before an index. Takes a dot for each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the list.</exception>
    public void Insert(IDotSource dots, int index, params ReadOnlySpan<Scalar> elements)
    {
        ArgumentNullException.ThrowIfNull(dots);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Count);
        if (!elements.IsEmpty)
        {
            _core.Insert(dots, index, elements);
        }
    }

    /// <summary>Removes elements from an index on. Takes one dot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the list.</exception>
    public void RemoveAt(IDotSource dots, int index, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(dots);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Count - count);
        if (count > 0)
        {
            _core.Delete(dots, index, count);
        }
    }

    /// <summary>Puts another element in the place of one: two that do so at the same time leave both. Takes two dots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the list.</exception>
    public void Replace(IDotSource dots, int index, Scalar element)
    {
        RemoveAt(dots, index);
        Insert(dots, index, [element]);
    }

    /// <summary>The elements in order, in a new array.</summary>
    public Scalar[] ToArray() => _core.ToArray();

    /// <summary>An anchor at an index; see <see cref="Text.AnchorAt"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the list.</exception>
    public Anchor AnchorAt(int index, bool isAfter = true) => _core.AnchorAt(index, isAfter);

    /// <summary>The index of an anchor now; see <see cref="Text.IndexOf"/>.</summary>
    public int? IndexOf(Anchor anchor) => _core.IndexOf(anchor);

    internal static Sequence Read(ref MessagePackReader reader, CrdtDecoder decoder)
    {
        byte[] structure = SequenceCodec.ReadScalars(ref reader, decoder.Limits, out Scalar[] content);
        return decoder.IsDelta
            ? new Sequence { _delta = new SequenceDelta<Scalar>(structure, content, decoder.Table) }
            : new Sequence { _core = SequenceCore<Scalar>.Decode(structure, content, decoder.Table, decoder.Limits) };
    }

    internal override CrdtValue Clone() => new Sequence { _core = _core.Clone() };

    internal override void Clear(IDotSource dots) => RemoveAt(dots, 0, Count);

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta)
    {
        var sequence = (Sequence)other;
        if (sequence._delta is { } delta)
        {
            _core.ApplyDelta(delta.Structure, delta.Content, delta.Table, mine, theirs);
        }
        else if (!isDelta)
        {
            _core.Merge(mine, sequence._core, theirs);
        }
    }

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals) => _core.CollectReplicas(replicas, removals);

    internal override void Trim(ICausalView stable) => _core.Trim(stable);

    internal override void TrimNamed(ICausalView folded) => _core.TrimNamed(folded);

    internal override void SurveyRemovals(ICausalView stable, DotSurvey survey) => _core.SurveyRemovals(stable, survey);

    internal override void Survey(DotSurvey survey) => _core.Survey(survey);

    internal override void Bury(Func<GlobalDot, bool> matches) => _core.Bury(matches);

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp) =>
        _core.Rename(dots, matches);

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        if (((Sequence)other)._core.ValuesOf(matches) is { Length: > 0 } values)
        {
            _core.Insert(dots, Count, values);
        }
    }

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder)
    {
        if (encoder.Since is null)
        {
            ColumnWriter structure = _core.EncodeStructure(encoder.IndexOf, encoder.Removals);
            SequenceCodec.WriteScalars(ref writer, structure.Written, _core.ToArray(), encoder.Compress);
        }
        else if (_core.EncodeDelta(encoder.IndexOf, encoder.Since, out Scalar[] content) is { } delta)
        {
            SequenceCodec.WriteScalars(ref writer, delta.Written, content, encoder.Compress);
        }
        else
        {
            writer.WriteNil();
        }
    }
}
