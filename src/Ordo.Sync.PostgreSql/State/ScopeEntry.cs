using Ordo.Sync.Records;

namespace Ordo.Sync.PostgreSql.State;

/// <summary>What is kept of a scope beside its records, as of one commit. Immutable.</summary>
/// <param name="Id">The scope's number; <see cref="None"/> where it has none yet.</param>
/// <param name="Stamp">Which commit: drawn anew by each, so equal stamps mean equal states, whoever wrote them.</param>
/// <param name="State">Knowledge, digest and count.</param>
/// <param name="MayHoldSiblings">Whether any record may have further siblings; while none has, nobody looks for them.</param>
internal sealed record ScopeEntry(long Id, long Stamp, ScopeState State, bool MayHoldSiblings)
{
    /// <summary>No number.</summary>
    public const long None = 0;

    /// <summary>A scope that the database has never heard of.</summary>
    public static ScopeEntry Unknown { get; } = new(None, 0, ScopeState.Empty, false);

    /// <summary>Whether the state says anything.</summary>
    public bool HasState => State.LiveCount != 0 || State.Digest != UInt128.Zero || !State.Knowledge.IsEmpty
        || !State.Forgotten.IsEmpty || !State.Exceptions.IsDefaultOrEmpty;
}
