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

    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(1);

    /// <summary>The pause after so many failures in a row: never less than a tenth of what it is at most.</summary>
    /// <param name="failures">The failures so far, from 1 on.</param>
    /// <param name="options">The shortest and the longest pause.</param>
    /// <param name="entropy">Spreads the devices.</param>
    /// <param name="retryAfter">
    /// What the hub asked for: not sooner, an hour at most, and a little later for some, so that devices told the same do not come
    /// together.
    /// </param>
    public static TimeSpan Next(
        int failures, SyncOptions options, EntropySource entropy, TimeSpan? retryAfter = null)
    {
        double ceiling = Math.Min(
            options.RetryDelayMax.TotalMilliseconds,
            options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, DoublingsMax)));
        double pause = Math.Max(ceiling / 10, ceiling * entropy.NextDouble());
        if (retryAfter is not { } asked || asked <= TimeSpan.Zero)
        {
            return TimeSpan.FromMilliseconds(pause);
        }

        double least = Math.Min(asked.TotalMilliseconds, RetryAfterMax.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Max(pause, least * (1 + (entropy.NextDouble() / 10))));
    }
}
