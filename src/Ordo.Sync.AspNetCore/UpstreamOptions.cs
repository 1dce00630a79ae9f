using System.Collections.Immutable;

namespace Ordo.Sync.AspNetCore;

/// <summary>How a hub syncs with the hub above it; validated when the host starts.</summary>
public sealed class UpstreamOptions
{
    /// <summary>
    /// The scopes to hold from the start. Others are added by themselves and for ever: those the hub holds already, and those that a
    /// device with the right to read them asks for. The default is none.
    /// </summary>
    public ImmutableArray<string> Scopes { get; set; } = [];

    /// <summary>
    /// How often all scopes are synced, 1 second to 1 day; what changes here or there in between is synced at once. The default is 5
    /// minutes.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The pause after a first failure, from 10 milliseconds up; it doubles with each further one. The default is 1 second.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause after failures, up to 1 hour. The default is 1 minute.</summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The most scopes to hold; devices that ask for more are served without the hub above. The default is 10,000.</summary>
    public int ScopesMax { get; set; } = 10_000;

    internal string? WhyNotValid()
    {
        if (Interval < TimeSpan.FromSeconds(1) || Interval > TimeSpan.FromDays(1))
        {
            return $"UpstreamOptions.{nameof(Interval)} must be 1 second to 1 day.";
        }

        if (RetryDelay < TimeSpan.FromMilliseconds(10) || RetryDelayMax < RetryDelay || RetryDelayMax > TimeSpan.FromHours(1))
        {
            return $"UpstreamOptions.{nameof(RetryDelay)} must be 10 milliseconds up to {nameof(RetryDelayMax)}, which is 1 hour at most.";
        }

        return ScopesMax is >= 1 and <= 100_000 ? null : $"UpstreamOptions.{nameof(ScopesMax)} must be 1 to 100,000.";
    }
}
