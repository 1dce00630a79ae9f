using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Configuration;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>
/// Exponential back-off with full jitter, so that devices that lost a hub together do not return to it together. Source: Brooker:
/// Exponential Backoff And Jitter (2015).
/// </summary>
internal static class Backoff
{
    private const int DoublingsMax = 30;

    /// <summary>The pause after so many failures in a row: never less than a tenth of what it is at most.</summary>
    public static TimeSpan Next(int failures, SyncOptions options, EntropySource entropy)
    {
        double ceiling = Math.Min(
            options.RetryDelayMax.TotalMilliseconds,
            options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, DoublingsMax)));
        return TimeSpan.FromMilliseconds(Math.Max(ceiling / 10, ceiling * entropy.NextDouble()));
    }
}
