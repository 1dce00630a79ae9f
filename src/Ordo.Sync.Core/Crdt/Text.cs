using MessagePack;
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
public sealed partial class Text : SequenceValue<char>
{
    /// <inheritdoc/>
    public override CrdtKind Kind => CrdtKind.Text;

    /// <summary>The number of UTF-16 units.</summary>
    public int Length => Core.Length;

    /// <summary>The number of runs in memory: what the text costs beside its characters, about 110 bytes each.</summary>
    public int RunCount => Core.RunCount;

    /// <summary>
    /// Whether joins are recorded for <see cref="TakeChanges"/>. The default value is <see langword="false"/>. Edits made
    /// here are not recorded: who makes them knows them.
    /// </summary>
    public bool TracksChanges
    {
        get => Core.Changes is not null;
        set => Core.Changes = value ? Core.Changes ?? new SequenceChanges<char>() : null;
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
            Core.Insert(dots, index, text);
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
            Core.Delete(dots, index, count);
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
        return string.Create(count, (Core, index), static (span, state) => state.Core.CopyTo(state.index, span));
    }

    /// <summary>The whole text.</summary>
    public override string ToString() => Substring(0, Length);

    /// <summary>The text as it is now, to compare with later.</summary>
    public TextSnapshot Snapshot() => new(ToString(), [.. Core.DotsOf(0, Length)]);

    /// <summary>What an editor that shows a snapshot has to do to show this text; in O(n) of the number of runs.</summary>
    /// <exception cref="InvalidOperationException">The snapshot is not of this text.</exception>
    public IReadOnlyList<TextChange> ChangesSince(TextSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return ToChanges(Core.ChangesSince(snapshot.Runs));
    }

    /// <summary>What joins have changed since the last call, in order; nothing unless <see cref="TracksChanges"/>.</summary>
    public IReadOnlyList<TextChange> TakeChanges()
    {
        if (Core.Changes is not { } changes)
        {
            return [];
        }

        Core.Changes = new SequenceChanges<char>();
        return ToChanges(changes);
    }

    internal static Text Read(ref MessagePackReader reader, CrdtDecoder decoder)
    {
        byte[] structure = SequenceCodec.ReadText(ref reader, decoder.Limits, out char[] content);
        var text = new Text();
        text.Fill(structure, content, decoder);
        return text;
    }

    private protected override SequenceValue<char> CreateEmpty() => new Text();

    private protected override void WriteParts(
        ref MessagePackWriter writer, ReadOnlySpan<byte> structure, ReadOnlySpan<char> content, bool compress) =>
        SequenceCodec.WriteText(ref writer, structure, content, compress);

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
        if (index > 0 && index < Length && char.IsHighSurrogate(Core[index - 1]) && char.IsLowSurrogate(Core[index]))
        {
            throw new ArgumentException($"Index {index} is inside a surrogate pair; use GraphemeStart or GraphemeEnd.", nameof(index));
        }
    }
}
