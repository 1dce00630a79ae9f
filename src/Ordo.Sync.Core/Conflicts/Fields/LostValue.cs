namespace Ordo.Sync.Conflicts.Fields;

/// <summary>A value that lost against a concurrent edit of the same field. Immutable.</summary>
/// <param name="Path">The field, as <see cref="FieldPath"/> writes it: "address.city".</param>
/// <param name="Value">The encoded MessagePack value; empty where what lost is the field's removal.</param>
/// <param name="Stamp">Who wrote the value that lost, and when.</param>
public sealed record LostValue(string Path, ReadOnlyMemory<byte> Value, FieldStamp Stamp)
{
    /// <summary>Whether path, stamp and the value's bytes are the same.</summary>
    public bool Equals(LostValue? other) =>
        other is not null && Path == other.Path && Stamp == other.Stamp && Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, Stamp);
}
