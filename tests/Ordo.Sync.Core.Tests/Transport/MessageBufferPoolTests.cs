using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Transport;

public sealed class MessageBufferPoolTests
{
    [Fact]
    public void It_gives_out_again_what_it_was_given_the_smallest_that_fits()
    {
        var pool = new MessageBufferPool(1024 * 1024);
        byte[] large = pool.Rent(200_000);
        byte[] small = pool.Rent(10_000);
        pool.Return(large);
        pool.Return(small);
        Assert.Equal(large.Length + small.Length, pool.Bytes);
        Assert.Same(small, pool.Rent(9_000));
        Assert.Same(large, pool.Rent(9_000));
        Assert.NotSame(large, pool.Rent(9_000));
        Assert.Equal(0, pool.Bytes);
    }

    [Fact]
    public void It_keeps_no_more_than_its_bound()
    {
        var pool = new MessageBufferPool(100_000);
        for (int i = 0; i < 100; i++)
        {
            pool.Return(new byte[30_000]);
        }

        Assert.Equal(90_000, pool.Bytes);
    }

    [Fact]
    public void Trimmed_it_keeps_nothing()
    {
        var pool = new MessageBufferPool(100_000);
        byte[] array = pool.Rent(50_000);
        pool.Return(array);
        pool.Trim();
        Assert.Equal(0, pool.Bytes);
        Assert.NotSame(array, pool.Rent(50_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(1_048_577)]
    [InlineData(5_000_000)]
    public void What_it_gives_out_is_large_enough_and_not_much_larger(int bytes) =>
        Assert.InRange(new MessageBufferPool(0).Rent(bytes).Length, bytes, Math.Max(2 * bytes, 4096));
}
