using FsCheck.Xunit;
using Ordo.Sync.Replication.Admission;

namespace Ordo.Sync.Core.Tests.Admission;

[Properties(MaxTest = 500)]
public sealed class ByteWindowProperties
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Origin = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    [Property]
    public void Whoever_comes_again_when_told_to_is_let_in_and_not_much_earlier((byte Seconds, uint Bytes)[] arrivals, uint limit)
    {
        long bytesMax = 1 + limit;
        ByteWindow window = default;
        DateTimeOffset now = Origin;
        foreach ((byte seconds, uint bytes) in arrivals ?? [])
        {
            now += TimeSpan.FromSeconds(seconds);
            TimeSpan wait = window.WaitFor(now, Length, bytesMax);
            Assert.InRange(wait, TimeSpan.Zero, 2 * Length);
            if (wait > TimeSpan.FromMilliseconds(20))
            {
                Assert.NotEqual(TimeSpan.Zero, window.WaitFor(now + wait - TimeSpan.FromMilliseconds(20), Length, bytesMax));
            }

            now += wait + TimeSpan.FromMilliseconds(2);
            Assert.Equal(TimeSpan.Zero, window.WaitFor(now, Length, bytesMax));
            window = window.With(now, Length, bytes);
        }
    }

    [Property]
    public void A_steady_sender_brings_no_more_than_the_quota_in_the_long_run(ushort piece)
    {
        const int Windows = 50;
        long bytesMax = 100_000;
        long bytes = 1 + (piece % 20_000);
        ByteWindow window = default;
        long taken = 0;
        for (DateTimeOffset now = Origin; now < Origin + (Windows * Length); now += TimeSpan.FromSeconds(1))
        {
            if (window.WaitFor(now, Length, bytesMax) == TimeSpan.Zero)
            {
                window = window.With(now, Length, bytes);
                taken += bytes;
            }
        }

        Assert.InRange(taken, 0, (Windows + 2) * (bytesMax + bytes));
    }

    [Property]
    public void What_is_stored_is_read_again(long number, long bytes, long before)
    {
        var window = new ByteWindow(number, bytes, before);

        Assert.Equal(window, ByteWindow.FromBytes(window.ToBytes()));
        Assert.Equal(default, ByteWindow.FromBytes(window.ToBytes().AsSpan(1)));
    }

    [Fact]
    public void After_two_windows_nothing_counts_any_more()
    {
        ByteWindow window = default(ByteWindow).With(Origin, Length, 1_000);

        Assert.False(window.IsOver(Origin + Length, Length));
        Assert.True(window.IsOver(Origin + (2 * Length), Length));
        Assert.Equal(TimeSpan.Zero, window.WaitFor(Origin + (2 * Length), Length, 1));
    }

    [Fact]
    public void A_clock_that_was_set_back_locks_nobody_out()
    {
        ByteWindow window = default(ByteWindow).With(Origin, Length, 1_000);

        Assert.Equal(TimeSpan.Zero, window.WaitFor(Origin - TimeSpan.FromDays(1), Length, 10));
    }
}
