using System.Collections.Immutable;

namespace Ordo.Sync.Conflicts.Notes;

/// <summary>
/// Where a version of an audited record comes from: the hashes of the versions it superseded chain the history, so that an
/// entry which was removed or altered is missed by those that followed it.
/// </summary>
/// <param name="WrittenUnixMilliseconds">
/// When it was written, by its writer's clock: part of the hash, unlike the timestamp, which stamping anew may change.
/// </param>
/// <param name="Parents">The hashes of the versions it superseded, sorted.</param>
public sealed record Lineage(long WrittenUnixMilliseconds, ImmutableArray<ContentHash> Parents)
{
    /// <inheritdoc/>
    public bool Equals(Lineage? other) => other is not null
        && WrittenUnixMilliseconds == other.WrittenUnixMilliseconds
        && Parents.AsSpan().SequenceEqual(other.Parents.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(WrittenUnixMilliseconds, Parents.Length);
}
