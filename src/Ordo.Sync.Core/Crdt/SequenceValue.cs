using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Crdt.Sequences;

namespace Ordo.Sync.Crdt;

/// <summary>What <see cref="Text"/> and <see cref="Sequence"/> have in common: elements in an order that several people change.</summary>
/// <typeparam name="T">An element: a UTF-16 unit or a scalar.</typeparam>
public abstract class SequenceValue<T> : CrdtValue
{
    private protected SequenceValue()
    {
    }

    /// <inheritdoc/>
    public override bool IsPresent => Core.Length > 0;

    internal override bool HasState => !Core.IsEmpty;

    internal override bool HasSequence => HasState;

    internal SequenceCore<T> Core { get; private set; } = new();

    private SequenceDelta<T>? Delta { get; set; }

    /// <summary>The element at an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative, or there are no more elements than it says.</exception>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Core.Length);
            return Core[index];
        }
    }

    /// <summary>An anchor at an index: where a cursor or a comment stands, whatever happens elsewhere.</summary>
    /// <param name="index">The index; in a text, of a UTF-16 unit.</param>
    /// <param name="isAfter">
    /// Whether the anchor holds to what is before it, so that what is inserted at this very place comes behind it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative or beyond the end.</exception>
    public Anchor AnchorAt(int index, bool isAfter = true) => Core.AnchorAt(index, isAfter);

    /// <summary>
    /// The index of an anchor now; that of the place where its element stood, where that was deleted; null, where the
    /// deletion was so long ago that every replica has seen it and the place is forgotten.
    /// </summary>
    public int? IndexOf(Anchor anchor) => Core.IndexOf(anchor);

    internal override CrdtValue Clone()
    {
        SequenceValue<T> clone = CreateEmpty();
        clone.Core = Core.Clone();
        return clone;
    }

    internal override void Clear(IDotSource dots)
    {
        if (Core.Length > 0)
        {
            Core.Delete(dots, 0, Core.Length);
        }
    }

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta)
    {
        var sequence = (SequenceValue<T>)other;
        if (sequence.Delta is { } delta)
        {
            Core.ApplyDelta(delta.Structure, delta.Content, delta.Table, mine, theirs);
        }
        else if (!isDelta)
        {
            Core.Merge(mine, sequence.Core, theirs);
        }
    }

    internal override void CollectReplicas(ISet<ReplicaId> replicas, bool removals) => Core.CollectReplicas(replicas, removals);

    internal override void Trim(ICausalView stable) => Core.Trim(stable);

    internal override void TrimNamed(ICausalView folded) => Core.TrimNamed(folded);

    internal override void SurveyRemovals(ICausalView stable, DotSurvey survey) => Core.SurveyRemovals(stable, survey);

    internal override void Survey(DotSurvey survey) => Core.Survey(survey);

    internal override void Bury(Func<GlobalDot, bool> matches) => Core.Bury(matches);

    internal override void Rename(IDotSource dots, Func<GlobalDot, bool> matches, HybridTimestamp? timestamp) =>
        Core.Rename(dots, matches);

    internal override void Retract(IDotSource dots, Func<GlobalDot, bool> matches) => Core.Retract(dots, matches);

    internal override void CopyFrom(
        IDotSource dots, CrdtValue other, Func<GlobalDot, bool> matches, HybridTimestamp timestamp)
    {
        if (((SequenceValue<T>)other).Core.ValuesOf(matches) is { Length: > 0 } values)
        {
            Core.Insert(dots, Core.Length, values);
        }
    }

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder)
    {
        if (encoder.Since is null)
        {
            ColumnWriter structure = Core.EncodeStructure(encoder.IndexOf, encoder.Removals);
            WriteParts(ref writer, structure.Written, Core.ToArray(), encoder.Compress);
        }
        else if (Core.EncodeDelta(encoder.IndexOf, encoder.Since, out T[] content) is { } delta)
        {
            WriteParts(ref writer, delta.Written, content, encoder.Compress);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <summary>Takes over what was read into this empty value.</summary>
    private protected void Fill(byte[] structure, T[] content, CrdtDecoder decoder)
    {
        if (decoder.IsDelta)
        {
            Delta = new SequenceDelta<T>(structure, content, decoder.Table);
        }
        else
        {
            Core = SequenceCore<T>.Decode(structure, content, decoder.Table, decoder.Limits);
        }
    }

    private protected abstract SequenceValue<T> CreateEmpty();

    private protected abstract void WriteParts(
        ref MessagePackWriter writer, ReadOnlySpan<byte> structure, ReadOnlySpan<T> content, bool compress);
}
