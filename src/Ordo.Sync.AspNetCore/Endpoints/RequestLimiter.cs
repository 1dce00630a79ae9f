using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Ordo.Sync.Errors;

namespace Ordo.Sync.AspNetCore.Endpoints;

/// <summary>Counts the requests of each principal. In memory: each instance of a hub counts its own.</summary>
internal sealed class RequestLimiter : IDisposable
{
    private const int RefillsAMinute = 60;
    private const int BurstsAMinute = 6;

    private readonly PartitionedRateLimiter<string>? _limiter;

    public RequestLimiter(IOptions<HubOptions> options)
    {
        if (options.Value.RequestsPerMinuteMax is { } perMinute)
        {
            _limiter = PartitionedRateLimiter.Create<string, string>(principal =>
                RateLimitPartition.GetTokenBucketLimiter(principal, _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = Math.Max(1, perMinute / BurstsAMinute),
                    TokensPerPeriod = Math.Max(1, perMinute / RefillsAMinute),
                    ReplenishmentPeriod = TimeSpan.FromMinutes(1.0 / Math.Min(perMinute, RefillsAMinute)),
                    AutoReplenishment = true,
                }));
        }
    }

    /// <summary>Counts a request.</summary>
    /// <exception cref="SyncException">The principal has sent too many.</exception>
    public void Count(string principal)
    {
        if (_limiter is null)
        {
            return;
        }

        using RateLimitLease lease = _limiter.AttemptAcquire(principal);
        if (!lease.IsAcquired)
        {
            throw new SyncException(
                SyncErrorCode.Throttled, "The caller sends more requests than the hub takes from one.", "Come again later.")
            {
                RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : TimeSpan.FromSeconds(1),
            };
        }
    }

    public void Dispose() => _limiter?.Dispose();
}
