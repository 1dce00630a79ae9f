using Ordo.Sync.Causality;

namespace Ordo.Sync.Storage;

/// <summary>Stamps versions in a transaction by the clock of its store.</summary>
internal static class TransactionClock
{
    /// <summary>
    /// The stamp of a version: later than the store's clock and than all that it overwrites. The clock goes on with the time alone: what is
    /// overwritten may have been stamped by a clock that ran ahead, and wait for its time; other records must not wait with it.
    /// </summary>
    public static HybridTimestamp Tick(
        this IStoreTransaction transaction, DateTimeOffset now, HybridTimestamp overwritten = default)
    {
        HybridTimestamp last = transaction.Clock;
        transaction.AdvanceClock(HybridLogicalClock.Tick(last, now));
        return HybridLogicalClock.Tick(last, now, overwritten);
    }
}
