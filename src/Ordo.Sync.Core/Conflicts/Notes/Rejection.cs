using System.Collections.Immutable;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Conflicts.Notes;

/// <summary>Why a hub refused a version.</summary>
/// <param name="Code">The kind of refusal, for programs.</param>
/// <param name="Reason">The reason, for people.</param>
public sealed record Rejection(SyncErrorCode Code, string Reason)
{
    /// <summary>The longest reason: 2,000 characters.</summary>
    public const int ReasonLengthMax = 2_000;

    /// <summary>The most fields a refusal names.</summary>
    public const int FieldsMax = 64;

    /// <summary>The fields that were at fault; empty where it is the record as a whole.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(Rejection? other) => other is not null && Code == other.Code
        && string.Equals(Reason, other.Reason, StringComparison.Ordinal) && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, Reason);
}
