using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Forgetting;

namespace Ordo.Sync.Replication.Responder;

/// <summary>What a replica that answers others allows them.</summary>
public sealed record ResponderOptions
{
    /// <summary>The largest page to take and to send, in bytes. The default is 2 MiB.</summary>
    public int PageBytesMax { get; init; } = ProtocolLimits.PageBytesDefault;

    /// <summary>The largest payload to take, in bytes. The default is 1 MiB.</summary>
    public int PayloadBytesMax { get; init; } = ProtocolLimits.PayloadBytesMax;

    /// <summary>The most bytes one sender may stage in one scope. The default is 1 GiB.</summary>
    public long InboxBytesMax { get; init; } = 1L << 30;

    /// <summary>How many bytes callers may bring over a time; no bound by default.</summary>
    public ScopeQuota? Quota { get; init; }

    /// <summary>How far ahead of this clock a version's timestamp may be. The default is 5 minutes.</summary>
    public TimeSpan ClockSkewMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether callers may bring versions of replicas that are not registered to them: for peers that trust each other. The
    /// default is no.
    /// </summary>
    public bool TrustsRelays { get; init; }

    /// <summary>
    /// Whether a replica whose versions came here by way of others may go on writing here itself: true where everybody who may say
    /// hello also says the truth about who they are. The default is no: it is told to take another id.
    /// </summary>
    public bool AdoptsRelayed { get; init; }

    /// <summary>The most replicas of one principal; anonymous callers are not counted. The default is no bound.</summary>
    public int ReplicasPerPrincipalMax { get; init; } = int.MaxValue;

    /// <summary>Where a new incarnation comes from, should this replica turn out to have gone back in time.</summary>
    public EntropySource Entropy { get; init; } = EntropySource.System;

    /// <summary>Takes note of what callers show to know, for the collection of tombstones; none by default.</summary>
    public SubscriberLedger? Subscribers { get; init; }

    /// <summary>The app's own rules for records that callers bring; not asked for relays. The default is none.</summary>
    public IRecordReviewer? Reviewer { get; init; }

    /// <summary>The engine of the device that answers; none at a hub.</summary>
    internal IResponderHost? Host { get; init; }
}
