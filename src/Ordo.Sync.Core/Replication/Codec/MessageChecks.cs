using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Codec;

/// <summary>Checks of single fields that came over the wire.</summary>
internal static class MessageChecks
{
    private static readonly long UnixMillisecondsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private static readonly long ClockEnd = new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static string Scope(string? scope) =>
        RecordNames.WhyNotScope(scope) is { } why ? throw new MessagePackSerializationException(why) : scope!;

    public static RecordKey Key(string? collection, string? key)
    {
        string? why = RecordNames.WhyNotCollection(collection) ?? RecordNames.WhyNotKey(key);
        return why is null ? new RecordKey(collection!, key!) : throw new MessagePackSerializationException(why);
    }

    public static long Counter(long counter) => counter is >= 1 and <= Dot.CounterMax
        ? counter
        : throw new MessagePackSerializationException($"{counter} is no counter.");

    /// <summary>A timestamp of this era: one at the end of its range would leave no room for a next, and stop all writes.</summary>
    public static HybridTimestamp Timestamp(ulong value)
    {
        var timestamp = new HybridTimestamp(value);
        return timestamp.UnixMilliseconds <= UnixMillisecondsMax
            ? timestamp
            : throw new MessagePackSerializationException($"{value} is no timestamp of this era.");
    }

    /// <summary>A peer's clock, from 1970 to the end of 9998: what is reckoned with it still is a time.</summary>
    public static long Clock(long unixMilliseconds) => unixMilliseconds >= 0 && unixMilliseconds < ClockEnd
        ? unixMilliseconds
        : throw new MessagePackSerializationException($"{unixMilliseconds} is no time that a clock shows.");

    public static void Elements(int count, int expected)
    {
        if (count != expected)
        {
            throw new MessagePackSerializationException($"{count} elements, {expected} expected.");
        }
    }
}
