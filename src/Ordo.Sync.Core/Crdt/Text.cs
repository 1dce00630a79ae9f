using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt.Encoding;
using Ordo.Sync.Crdt.Sequences;

namespace Ordo.Sync.Crdt;

/// <summary>
/// Characters that several people insert and delete at the same time. Indexes and lengths count UTF-16 units, as strings do;
/// an index inside a surrogate pair is refused, so pairs stay whole on every replica.
/// </summary>
/// <remarks>
/// Runs typed at the same place by different people do not interleave. Inserting and deleting cost O(log n) of the number of
/// runs, next to nothing at the place of the edit before. A deleted character costs a part of a run until every replica has
/// seen the deletion (<see cref="CrdtDocument.Trim"/>). Source: Weidner, Kleppmann: The Art of the Fugue (2023).
/// </remarks>
public sealed partial class Text : CrdtValue
{
    private SequenceCore<char> _core = new();
    private SequenceDelta<char>? _delta;

    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Text;

    /// <inheritdoc/>
    public override bool IsPresent => Length > 0;

    /// <summary>The number of UTF-16 units.</summary>
    public int Length => _core.Length;

    /// <summary>The number of runs in memory: what the text costs beside its characters, about 110 bytes each.</summary>
    public int RunCount => _core.RunCount;

    /// <summary>
    /// Whether joins are recorded for <see cref="TakeChanges"/>. The default value is <see langword="false"/>. Edits made
    /// here are not recorded: who makes them knows them.
    /// </summary>
    public bool TracksChanges
    {
        get => _core.Changes is not null;
        set => _core.Changes = value ? _core.Changes ?? new SequenceChanges<char>() : null;
    }

    internal override bool HasState => !_core.IsEmpty;

    internal override bool HasSequence => HasState;

    internal SequenceCore<char> Core => _core;

    /// <summary>The UTF-16 unit at an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the text.</exception>
    public char this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
            return _core[index];
        }
    }

    /// <summary>Inserts before an index. Takes a dot for each UTF-16 unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the text.</exception>
    /// <exception cref="ArgumentException">The index is inside a surrogate pair.</exception>
    public void Insert(IDotSource dots, int index, ReadOnlySpan<char> text)
    {
        ArgumentNullException.ThrowIfNull(dots);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Length);
        RequireBoundary(index);
        if (!text.IsEmpty)
        {
            _core.Insert(dots, index, text);
        }
    }

    /// <summary>Deletes from an index on. Takes one dot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the text.</exception>
    /// <exception cref="ArgumentException">An end of the range is inside a surrogate pair.</exception>
    public void Delete(IDotSource dots, int index, int count)
    {
        ArgumentNullException.ThrowIfNull(dots);
        RequireRange(index, count);
        RequireBoundary(index);
        RequireBoundary(index + count);
        if (count > 0)
        {
            _core.Delete(dots, index, count);
        }
    }

    /// <summary>Puts other text in the place of a range. Takes a dot for the deletion and one for each unit inserted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the text.</exception>
    /// <exception cref="ArgumentException">An end of the range is inside a surrogate pair.</exception>
    public void Replace(IDotSource dots, int index, int count, ReadOnlySpan<char> text)
    {
        Delete(dots, index, count);
        Insert(dots, index, text);
    }

    /// <summary>A part of the text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is outside the text.</exception>
    public string Substring(int index, int count)
    {
        RequireRange(index, count);
        return string.Create(count, (_core, index), static (span, state) => state._core.CopyTo(state.index, span));
    }

    /// <summary>The whole text.</summary>
    public override string ToString() => Substring(0, Length);

    /// <summary>An anchor at an index: where a cursor or a comment stands, whatever happens elsewhere.</summary>
    /// <param name="index">The UTF-16 index.</param>
    /// <param name="isAfter">
    /// Whether the anchor holds to what is before it, so that text inserted at this very place comes behind it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the text.</exception>
    public Anchor AnchorAt(int index, bool isAfter = true) => _core.AnchorAt(index, isAfter);

    /// <summary>
    /// The index of an anchor now; that of the place where its character stood, where that was deleted; null, where the
    /// deletion was so long ago that every replica has seen it and the place is forgotten.
    /// </summary>
    public int? IndexOf(Anchor anchor) => _core.IndexOf(anchor);

    /// <summary>The text as it is now, to compare with later.</summary>
    public TextSnapshot Snapshot() => new(ToString(), [.. _core.DotsOf(0, Length)]);

    /// <summary>What an editor that shows a snapshot has to do to show this text; in O(n) of the number of runs.</summary>
    /// <exception cref="InvalidOperationException">The snapshot is not of this text.</exception>
    public IReadOnlyList<TextChange> ChangesSince(TextSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return ToChanges(_core.ChangesSince(snapshot.Runs));
    }

    /// <summary>What joins have changed since the last call, in order; nothing unless <see cref="TracksChanges"/>.</summary>
    public IReadOnlyList<TextChange> TakeChanges()
    {
        if (_core.Changes is not { } changes)
        {
            return [];
        }

        _core.Changes = new SequenceChanges<char>();
        return ToChanges(changes);
    }

    internal static Text Read(ref MessagePackReader reader, CrdtDecoder decoder)
    {
        byte[] structure = SequenceCodec.ReadText(ref reader, decoder.Limits, out char[] content);
        return decoder.IsDelta
            ? new Text { _delta = new SequenceDelta<char>(structure, content, decoder.Table) }
            : new Text { _core = SequenceCore<char>.Decode(structure, content, decoder.Table, decoder.Limits) };
    }

    internal override CrdtValue Clone() => new Text { _core = _core.Clone() };

    internal override void Clear(IDotSource dots) => Delete(dots, 0, Length);

    internal override void Merge(ICausalView mine, CrdtValue other, ICausalView theirs, bool isDelta)
    {
        var text = (Text)other;
        if (text._delta is { } delta)
        {
            _core.ApplyDelta(delta.Structure, delta.Content, delta.Table, mine, theirs);
        }
        else if (!isDelta)
        {
            _core.Merge(mine, text._core, theirs);
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
        if (((Text)other)._core.ValuesOf(matches) is { Length: > 0 } values)
        {
            _core.Insert(dots, Length, values);
        }
    }

    internal override void Write(ref MessagePackWriter writer, CrdtEncoder encoder)
    {
        if (encoder.Since is null)
        {
            ColumnWriter structure = _core.EncodeStructure(encoder.IndexOf, encoder.Removals);
            SequenceCodec.WriteText(ref writer, structure.Written, _core.ToArray(), encoder.Compress);
        }
        else if (_core.EncodeDelta(encoder.IndexOf, encoder.Since, out char[] content) is { } delta)
        {
            SequenceCodec.WriteText(ref writer, delta.Written, content, encoder.Compress);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static IReadOnlyList<TextChange> ToChanges(SequenceChanges<char> changes) =>
    [
        .. changes.All.Select(change =>
            new TextChange(change.Position, change.Deleted, string.Concat(change.Inserted))),
    ];

    private void RequireRange(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, Length - count);
    }

    private void RequireBoundary(int index)
    {
        if (index > 0 && index < Length && char.IsHighSurrogate(_core[index - 1]) && char.IsLowSurrogate(_core[index]))
        {
            throw new ArgumentException($"Index {index} is inside a surrogate pair; use GraphemeStart or GraphemeEnd.", nameof(index));
        }
    }
}
