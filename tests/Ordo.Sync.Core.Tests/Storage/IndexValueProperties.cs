using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Core.Tests.Storage;

[Properties(Arbitrary = [typeof(IndexValueProperties)], MaxTest = 2000)]
public sealed class IndexValueProperties
{
    // Where doubles cannot tell integers apart, and where their ranges end.
    private static readonly long[] Integers =
        [
            0, 1, -1, (1L << 53) - 1, 1L << 53, (1L << 53) + 1, long.MaxValue, long.MaxValue - 1, long.MinValue,
            long.MinValue + 1];

    public static Arbitrary<IndexValue> Values() => Gen.OneOf(
        Gen.Constant(IndexValue.Absent),
        Gen.Elements(Integers).Select(IndexValue.Of),
        Gen.Elements(Integers).Select(value => IndexValue.Of((double)value)),
        Gen.Elements(0.5, -0.5, 1.5, double.Epsilon, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity)
            .Select(IndexValue.Of),
        Gen.Elements("", "a", "\uFF5E", "😀").Select(IndexValue.Of)).ToArbitrary();

    [Property]
    public void Values_are_in_a_total_order(IndexValue a, IndexValue b, IndexValue c)
    {
        Assert.Equal(0, a.CompareTo(a));
        Assert.Equal(Math.Sign(a.CompareTo(b)), -Math.Sign(b.CompareTo(a)));
        Assert.True(!(a <= b) || !(b <= c) || a <= c);
        Assert.True(!(a <= b) || !(b <= c) || !(a < b || b < c) || a < c);
    }

    [Fact]
    public void Integers_that_one_double_stands_for_are_not_equal_to_it()
    {
        const long Odd = (1L << 53) + 1;
        Assert.True(IndexValue.Of(Odd) > IndexValue.Of((double)Odd));
        Assert.True(IndexValue.Of(long.MaxValue) < IndexValue.Of((double)long.MaxValue));
        Assert.Equal(0, IndexValue.Of(long.MinValue).CompareTo(IndexValue.Of((double)long.MinValue)));
        Assert.True(IndexValue.Of(-1L) > IndexValue.Of(-1.5));
        Assert.True(IndexValue.Of(-1L) < IndexValue.Of(-0.5));
    }
}
