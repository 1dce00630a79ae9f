namespace Ordo.Sync.Records;

/// <summary>A range of record keys: after one key (exclusive) up to another (inclusive).</summary>
/// <param name="After">The range begins behind this key; <see langword="null"/> at the first record.</param>
/// <param name="UpTo">The range ends with this key; <see langword="null"/> behind the last record.</param>
public readonly record struct KeyRange(RecordKey? After, RecordKey? UpTo)
{
    /// <summary>The range of every key.</summary>
    public static KeyRange All => default;

    /// <summary>Whether the range ends before it begins, and so covers no key.</summary>
    public bool IsEmpty => After is { } after && UpTo is { } upTo && upTo <= after;

    /// <summary>Whether the range covers a key.</summary>
    public bool Contains(RecordKey key) =>
        (After is not { } after || key > after) && (UpTo is not { } upTo || key <= upTo);

    /// <inheritdoc/>
    public override string ToString() => $"({After?.ToString() ?? "-∞"}, {UpTo?.ToString() ?? "∞"}]";
}
