using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Testing.Generators;

namespace Ordo.Sync.Core.Tests.Causality;

[Properties(Arbitrary = [typeof(CausalityArbitraries)])]
public sealed class HybridTimeProperties
{
    [Property]
    public void A_tick_is_greater_than_the_last_and_than_all_it_overwrites(
        HybridTimestamp last, HybridTimestamp overwritten, HybridTimestamp now)
    {
        HybridTimestamp tick = HybridLogicalClock.Tick(last, now.Time, overwritten);
        Assert.True(tick > last);
        Assert.True(tick > overwritten);
        Assert.True(tick.UnixMilliseconds >= now.Time.ToUnixTimeMilliseconds());
    }

    [Property]
    public void A_tick_is_no_greater_than_it_must_be(
        HybridTimestamp last, HybridTimestamp overwritten, HybridTimestamp now)
    {
        HybridTimestamp tick = HybridLogicalClock.Tick(last, now.Time, overwritten);
        HybridTimestamp physical = HybridTimestamp.FromUnixMilliseconds(now.Time.ToUnixTimeMilliseconds());
        Assert.Contains(tick, new[] { physical, last.Next(), overwritten.Next() });
    }

    [Property]
    public void Ticks_rise_whatever_the_physical_clock_shows(HybridTimestamp[] readings)
    {
        HybridTimestamp last = default;
        foreach (HybridTimestamp reading in readings.Where(one => one.UnixMilliseconds < 1L << 47))
        {
            HybridTimestamp tick = HybridLogicalClock.Tick(last, reading.Time);
            Assert.True(tick > last);
            last = tick;
        }
    }

    [Property]
    public void Timestamps_are_ordered_by_milliseconds_then_counter(HybridTimestamp a, HybridTimestamp b)
    {
        int expected = (a.UnixMilliseconds, a.Counter).CompareTo((b.UnixMilliseconds, b.Counter));
        Assert.Equal(expected, Math.Sign(a.CompareTo(b)));
        Assert.Equal(expected < 0, a < b);
        Assert.Equal(expected >= 0, a >= b);
        Assert.Equal(expected >= 0 ? a : b, HybridTimestamp.Max(a, b));
        Assert.Equal(HybridTimestamp.Max(a, b), HybridTimestamp.Max(b, a));
    }

    [Fact]
    public void A_clock_before_1970_or_beyond_48_bits_is_clamped()
    {
        Assert.Equal(1UL, HybridLogicalClock.Tick(default, DateTimeOffset.MinValue).Value);
        HybridTimestamp latest = HybridLogicalClock.Tick(default, DateTimeOffset.MaxValue);
        Assert.Equal(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), latest.UnixMilliseconds);
    }

    [Fact]
    public void The_counter_runs_over_into_the_milliseconds()
    {
        HybridTimestamp next = new HybridTimestamp((5UL << 16) | ushort.MaxValue).Next();
        Assert.Equal((6L, 0), (next.UnixMilliseconds, next.Counter));
    }

    [Fact]
    public void Nothing_follows_the_greatest_timestamp() =>
        Assert.Throws<OverflowException>(() => new HybridTimestamp(ulong.MaxValue).Next());

    [Theory]
    [InlineData(-1)]
    [InlineData(1L << 48)]
    public void Milliseconds_beyond_48_bits_are_refused(long milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HybridTimestamp.FromUnixMilliseconds(milliseconds));

    [Fact]
    public void The_greatest_timestamp_can_be_displayed() =>
        Assert.Equal(DateTimeOffset.MaxValue.Year, new HybridTimestamp(ulong.MaxValue).Time.Year);
}
