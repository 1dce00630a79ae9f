using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Admission;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Replication.Responder;

namespace Ordo.Sync.AspNetCore;

/// <summary>What a hub allows its callers; validated when the host starts.</summary>
public sealed class HubOptions
{
    /// <summary>
    /// The most bytes of a request, as it comes and decompressed: from <see cref="PageBytesMax"/> and 64 KiB more, to the
    /// protocol's limit, which is the default: 16 MiB. A server's own limit (Kestrel's, a proxy's) holds too, where it is less.
    /// </summary>
    public int RequestBytesMax { get; set; } = ProtocolLimits.MessageBytesMax;

    /// <summary>The largest page to send, and that callers are told to send, in bytes. The default is 2 MiB.</summary>
    public int PageBytesMax { get; set; } = ProtocolLimits.PageBytesDefault;

    /// <summary>The largest payload to take, in bytes. The default is 1 MiB.</summary>
    public int PayloadBytesMax { get; set; } = ProtocolLimits.PayloadBytesMax;

    /// <summary>The most bytes that one device may stage in one scope. The default is 1 GiB.</summary>
    public long InboxBytesMax { get; set; } = 1L << 30;

    /// <summary>How far ahead of this clock a version's timestamp may be. The default is 5 minutes.</summary>
    public TimeSpan ClockSkewMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a live connection lasts before it is made anew and rights are asked again, 1 second to 1 day. The default is 10
    /// minutes.
    /// </summary>
    public TimeSpan LiveConnectionLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Responses of at least so many bytes are compressed with Brotli for callers who accept it;
    /// <see cref="int.MaxValue"/> for none. The default is 1,024 bytes.
    /// </summary>
    public int CompressResponsesFromBytes { get; set; } = 1024;

    /// <summary>
    /// The name to which a caller's replicas are registered: a replica once registered to one name is refused to all others, so
    /// the name must stay the same for ever and must not be given to somebody else. The default is the claim
    /// <see cref="ClaimTypes.NameIdentifier"/> or <c>sub</c>, else the identity's name, and empty for anonymous callers, who
    /// are all one to the registry.
    /// </summary>
    public Func<ClaimsPrincipal, string> PrincipalName { get; set; } = PrincipalNames.Of;

    /// <summary>
    /// How long after it was last seen a device still counts when the hub asks whether everybody knows of a delete, 1 hour to 10
    /// years. A device that comes back later gets its scopes whole: its unsynced writes survive, what was deleted stays so. The default
    /// is 90 days.
    /// </summary>
    public TimeSpan TombstoneHorizon { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How often the hub forgets deletes that everybody knows, 1 minute to 30 days. The default is once an hour.</summary>
    public TimeSpan CollectInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long pages of a transfer wait for the next one before they are discarded, 1 hour to 1 year; looked at every
    /// <see cref="CollectInterval"/>. A device that comes back later begins its transfer anew and loses nothing. The default is 7 days.
    /// </summary>
    public TimeSpan StagedTransferLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Whether callers may declare collections that the hub does not know yet. With <see langword="false"/> those declared with
    /// <see cref="OrdoSyncHubBuilder.Collection"/>, and those met before, are all there are: a hello or page that names another is
    /// refused. The default is <see langword="true"/>.
    /// </summary>
    public bool CallersDeclareCollections { get; set; } = true;

    /// <summary>
    /// The most requests a minute of one principal (anonymous callers are one together), in bursts of at most a sixth of it; more are
    /// refused with 429 and told when to come again. <see langword="null"/>, the default, bounds nothing: proxies and the endpoints'
    /// own <c>RequireRateLimiting</c> may.
    /// </summary>
    public int? RequestsPerMinuteMax { get; set; }

    /// <summary>
    /// Whether a device whose writes came here by way of another hub may go on under its id when it comes itself. Ids stand in pages for
    /// everybody to read, so a caller might say to be a device that it only heard of, and write in its name. With
    /// <see langword="false"/>, the default, such a caller is refused and takes a new id, by itself and without losing anything: each
    /// time that a device moves between hubs. <see langword="true"/> spares that where all callers are trusted.
    /// </summary>
    public bool AdoptsRelayedReplicas { get; set; }

    /// <summary>
    /// The most replicas that one principal may introduce in all time, from 1: a device is one, and one more each time that it is set up
    /// anew, copied or restored. Anonymous callers are not counted. The default is 1,000.
    /// </summary>
    public int ReplicasPerPrincipalMax { get; set; } = 1_000;

    /// <summary>How many bytes callers may bring over a time. No bound by default.</summary>
    public HubQuotas Quotas { get; } = new();

    internal ResponderOptions ToResponderOptions(
        bool trustsRelays, IRecordReviewer? reviewer, SubscriberLedger? subscribers) => new()
        {
            Subscribers = subscribers,
            PageBytesMax = PageBytesMax,
            PayloadBytesMax = PayloadBytesMax,
            InboxBytesMax = InboxBytesMax,
            ClockSkewMax = ClockSkewMax,
            TrustsRelays = trustsRelays,
            AdoptsRelayed = AdoptsRelayedReplicas,
            ReplicasPerPrincipalMax = ReplicasPerPrincipalMax,
            Reviewer = reviewer,
            Quota = Quotas is { PrincipalBytesPerScopeMax: null, ScopeBytesMax: null } ? null : new ScopeQuota
            {
                Window = Quotas.Window,
                PrincipalBytesMax = Quotas.PrincipalBytesPerScopeMax,
                ScopeBytesMax = Quotas.ScopeBytesMax,
            },
        };
}
