namespace Ordo.Sync.Conflicts.Fields;

/// <summary>One written value of one path.</summary>
/// <param name="Key">The path, as <see cref="FieldKey"/> has it.</param>
/// <param name="Value">The encoded value; empty for a removal.</param>
/// <param name="Stamp">The version that wrote it.</param>
internal readonly record struct FieldEntry(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, FieldStamp Stamp)
{
    /// <summary>By path; of one path the greatest stamp first.</summary>
    public static Comparer<FieldEntry> ByPath { get; } = Comparer<FieldEntry>.Create(static (left, right) =>
    {
        int order = FieldKey.Compare(left.Key.Span, right.Key.Span);
        return order != 0 ? order : right.Stamp.CompareTo(left.Stamp);
    });

    /// <summary>Newest first. The value is part of the order, so that no two entries ever compete for one
    /// place.</summary>
    public static Comparer<FieldEntry> ByNewest { get; } = Comparer<FieldEntry>.Create(static (left, right) =>
    {
        int order = right.Stamp.CompareTo(left.Stamp);
        order = order != 0 ? order : FieldKey.Compare(left.Key.Span, right.Key.Span);
        return order != 0 ? order : left.Value.Span.SequenceCompareTo(right.Value.Span);
    });

    public bool IsRemoval => Value.IsEmpty;

    /// <summary>Whether the value is a map without fields: it says that a map is there, and yields to whatever is in
    /// it.</summary>
    public bool IsEmptyMap => Value.Span is [0x80] or [0xDE, 0, 0] or [0xDF, 0, 0, 0, 0];

    public bool HasPathOf(in FieldEntry other) => Key.Span.SequenceEqual(other.Key.Span);

    public bool HasValueOf(in FieldEntry other) => Value.Span.SequenceEqual(other.Value.Span);
}
