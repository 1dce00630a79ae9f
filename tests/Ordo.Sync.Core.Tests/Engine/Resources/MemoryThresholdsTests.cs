using Ordo.Sync.Engine.Resources;

namespace Ordo.Sync.Core.Tests.Engine.Resources;

public sealed class MemoryThresholdsTests
{
    [Theory]
    [InlineData(MemoryLevel.Normal, 0, MemoryLevel.Normal)]
    [InlineData(MemoryLevel.Normal, 79, MemoryLevel.Normal)]
    [InlineData(MemoryLevel.Normal, 80, MemoryLevel.High)]
    [InlineData(MemoryLevel.Normal, 91, MemoryLevel.High)]
    [InlineData(MemoryLevel.Normal, 92, MemoryLevel.Critical)]
    [InlineData(MemoryLevel.High, 80, MemoryLevel.High)]
    [InlineData(MemoryLevel.High, 70, MemoryLevel.High)]
    [InlineData(MemoryLevel.High, 69, MemoryLevel.Normal)]
    [InlineData(MemoryLevel.High, 92, MemoryLevel.Critical)]
    [InlineData(MemoryLevel.Critical, 85, MemoryLevel.Critical)]
    [InlineData(MemoryLevel.Critical, 84, MemoryLevel.High)]
    [InlineData(MemoryLevel.Critical, 70, MemoryLevel.High)]
    [InlineData(MemoryLevel.Critical, 69, MemoryLevel.Normal)]
    [InlineData(MemoryLevel.Critical, 250, MemoryLevel.Critical)]
    public void A_level_is_left_some_way_below_where_it_is_entered(MemoryLevel before, int percent, MemoryLevel after) =>
        Assert.Equal(after, new MemoryThresholds(1_000_000).Next(before, 10_000L * percent));
}
