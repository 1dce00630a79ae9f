using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Testing.Generators;

namespace Ordo.Sync.Core.Tests.Causality;

[Properties(Arbitrary = [typeof(CausalityArbitraries)])]
public sealed class DotProperties
{
    [Property]
    public void A_dot_is_its_packed_integer(Dot dot)
    {
        Assert.Equal(dot, Dot.FromValue(dot.Value));
        Assert.Equal(dot, new Dot(dot.ReplicaIndex, dot.Counter));
        Assert.True(dot.Value > 0);
    }

    [Property]
    public void Dots_are_ordered_by_index_then_counter(Dot a, Dot b)
    {
        int expected = (a.ReplicaIndex, a.Counter).CompareTo((b.ReplicaIndex, b.Counter));
        Assert.Equal(expected, Math.Sign(a.CompareTo(b)));
        Assert.Equal(expected < 0, a < b);
        Assert.Equal(expected > 0, a > b);
        Assert.Equal(expected <= 0, a <= b);
        Assert.Equal(expected >= 0, a >= b);
        Assert.Equal(expected == 0, a == b);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(Dot.ReplicaIndexMax + 1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(0, Dot.CounterMax + 1)]
    [InlineData(int.MinValue, long.MinValue)]
    public void A_dot_outside_its_bits_is_refused(int index, long counter) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dot(index, counter));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(5L << Dot.CounterBits)]
    public void A_packed_integer_without_a_counter_or_negative_is_refused(long value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Dot.FromValue(value));

    [Fact]
    public void The_greatest_dot_is_the_greatest_integer() =>
        Assert.Equal(long.MaxValue, new Dot(Dot.ReplicaIndexMax, Dot.CounterMax).Value);
}
