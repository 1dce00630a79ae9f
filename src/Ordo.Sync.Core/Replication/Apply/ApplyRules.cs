using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Admission;

namespace Ordo.Sync.Replication.Apply;

/// <summary>What a receiver allows a sender.</summary>
public sealed record ApplyRules
{
    /// <summary>The rules of a device towards its hub: everything, whatever its time.</summary>
    public static ApplyRules Trusting { get; } = new();

    /// <summary>
    /// Which replicas' new versions the sender may bring; <see langword="null"/> for all. Versions of others are left out and
    /// nothing is learnt of them: the claim shrinks, nothing is lost.
    /// </summary>
    public Func<ReplicaId, bool>? MayBring { get; init; }

    /// <summary>
    /// Who sends, by name: the author of the deletes that are written out where a sender of <see cref="MayBring"/>'s kind leaves
    /// records out of a complete transfer. Empty for nobody.
    /// </summary>
    public string Sender { get; init; } = string.Empty;

    /// <summary>The greatest timestamp to accept; <see langword="null"/> for any.</summary>
    public HybridTimestamp? TimestampMax { get; init; }

    /// <summary>
    /// Whether many concurrent changes of a record's conflict-free state are taken together: what a hub does, since only it
    /// meets them all.
    /// </summary>
    public bool GathersCarriers { get; init; }

    /// <summary>
    /// Whether it is noted how late the sender's versions are stamped, for a replica that may have to stamp its own anew. A hub never
    /// does.
    /// </summary>
    internal bool NotesSpread { get; init; } = true;

    /// <summary>
    /// Whether the sender is of a later generation of the scope: it takes nothing from this replica before that has followed, so a sender
    /// that is behind is not refused.
    /// </summary>
    internal bool IsFromLaterGeneration { get; init; }

    /// <summary>Which records may stand; <see langword="null"/> for all.</summary>
    public IAdmission? Admission { get; init; }
}
