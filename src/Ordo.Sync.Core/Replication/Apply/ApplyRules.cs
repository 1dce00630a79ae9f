using Ordo.Sync.Causality;

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

    /// <summary>The greatest timestamp to accept; <see langword="null"/> for any.</summary>
    public HybridTimestamp? TimestampMax { get; init; }

    /// <summary>The largest payload to accept, in bytes.</summary>
    public int PayloadBytesMax { get; init; } = ProtocolLimits.PayloadBytesMax;
}
