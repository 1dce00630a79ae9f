using Ordo.Sync.Journal;

namespace Ordo.Sync.Core.Tests.Journal;

public sealed class ByteBudgetTests
{
    [Fact]
    public async Task Takers_wait_their_turn_and_none_is_dropped()
    {
        var budget = new ByteBudget(100);
        await budget.TakeAsync(80);
        Task large = budget.TakeAsync(60).AsTask();
        Task small = budget.TakeAsync(10).AsTask();

        // The small one would fit, but came later.
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted);
        budget.Release(80);
        await large;
        await small;
        Assert.Equal(70, budget.TakenBytes);
    }

    [Fact]
    public async Task A_cancelled_taker_leaves_the_line_and_lets_the_next_in()
    {
        var budget = new ByteBudget(100);
        await budget.TakeAsync(80);
        using var stop = new CancellationTokenSource();
        Task waiting = budget.TakeAsync(60, stop.Token).AsTask();
        Task next = budget.TakeAsync(20).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await next;
        Assert.Equal(100, budget.TakenBytes);
    }

    [Fact]
    public async Task One_larger_than_the_budget_is_let_in_alone()
    {
        var budget = new ByteBudget(100);
        await budget.TakeAsync(500);
        Task next = budget.TakeAsync(1).AsTask();
        Assert.False(next.IsCompleted);
        budget.Release(500);
        await next;
    }
}
