using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>One writer at a time, in turn.</summary>
internal static class WriterChecks
{
    private const int WriterCount = 6;

    public static IEnumerable<ConformanceCheck> All =>
    [
        new("A second writer waits until the first has committed", probe => WaitsAsync(probe, commit: true)),
        new("A second writer waits until the first is undone", probe => WaitsAsync(probe, commit: false)),
        new("Waiting writers get their turns in the order in which they asked", InOrderAsync),
        new("A waiting writer that is cancelled leaves the queue to the others", CancelledLeavesAsync),
        new("Concurrent writers lose no update", LoseNothingAsync),
        new("What is submitted is seen at once, and there after opening again", SubmitAsync),
    ];

    private static async Task WaitsAsync(StoreProbe probe, bool commit)
    {
        IStoreTransaction first = await probe.Store.BeginAsync(probe.Token);
        Task<IStoreTransaction> second = probe.Store.BeginAsync(probe.Token).AsTask();
        await first.PutAsync(Sample.Scope, Sample.Record("a", first.NextDots()));
        await probe.DumpAsync();
        Expect.That(!second.IsCompleted, "a second writer does not begin beside the first");
        if (commit)
        {
            await first.CommitAsync(Durability.Normal, probe.Token);
        }

        await first.DisposeAsync();
        await using IStoreTransaction next = await second;
        Expect.Equal(commit ? 1L : 0L, next.Counter, "The counter that the second writer finds");
        Expect.Equal(
            commit, await next.GetAsync(Sample.Scope, Sample.Key("a")) is not null,
            "Whether it finds the first's record");
    }

    // The next one begins while those before may still be on their way to the disk.
    private static async Task SubmitAsync(StoreProbe probe)
    {
        var durable = new List<Task>();
        for (int i = 0; i < WriterCount; i++)
        {
            await using IStoreTransaction transaction = await probe.Store.BeginAsync(probe.Token);
            Expect.Equal((long)i, transaction.Counter, "The counter that a writer finds after those before have submitted");
            await transaction.PutAsync(Sample.Scope, Sample.Record($"{i}", transaction.NextDots()));
            durable.Add(await transaction.SubmitAsync(i % 2 == 0 ? Durability.Full : Durability.Normal, probe.Token));
            Expect.That(
                await probe.Store.GetAsync(Sample.Scope, Sample.Key($"{i}"), probe.Token) is not null,
                "what was submitted is seen at once");
        }

        await Task.WhenAll(durable);
        await probe.Store.PersistAsync(probe.Token);
        if (probe.CanReopen)
        {
            await probe.ReopenAsync();
        }

        for (int i = 0; i < WriterCount; i++)
        {
            Expect.That(
                await probe.Store.GetAsync(Sample.Scope, Sample.Key($"{i}"), probe.Token) is not null,
                "what was submitted is there after opening again");
        }
    }

    private static async Task InOrderAsync(StoreProbe probe)
    {
        IStoreTransaction first = await probe.Store.BeginAsync(probe.Token);
        var order = new List<int>();
        var waiting = new List<Task>();
        for (int i = 0; i < WriterCount; i++)
        {
            // The call asks for the turn before it returns, so the queue is in this order.
            waiting.Add(EndWhenBegunAsync(probe.Store.BeginAsync(probe.Token), i, order));
        }

        await first.DisposeAsync();
        await Task.WhenAll(waiting);
        Expect.Sequence(Enumerable.Range(0, WriterCount), order, "The order of the turns");
    }

    private static async Task EndWhenBegunAsync(ValueTask<IStoreTransaction> begin, int number, List<int> order)
    {
        await using IStoreTransaction transaction = await begin;
        order.Add(number);
    }

    private static async Task CancelledLeavesAsync(StoreProbe probe)
    {
        using var cancellation = new CancellationTokenSource();
        IStoreTransaction first = await probe.Store.BeginAsync(probe.Token);
        Task<IStoreTransaction> second = probe.Store.BeginAsync(cancellation.Token).AsTask();
        Task<IStoreTransaction> third = probe.Store.BeginAsync(probe.Token).AsTask();
        await cancellation.CancelAsync();
        await Expect.Throws<OperationCanceledException>(() => second, "A waiting writer that is cancelled");
        Expect.That(!third.IsCompleted, "the next writer still waits for the first");
        await first.PutAsync(Sample.Scope, Sample.Record("a", first.NextDots()));
        await first.CommitAsync(Durability.Normal, probe.Token);
        await using IStoreTransaction next = await third;
        Expect.Equal(1L, next.Counter, "The counter that the next writer finds");
    }

    private static async Task LoseNothingAsync(StoreProbe probe)
    {
        const int Rounds = 15;
        await Task.WhenAll(Enumerable.Range(0, WriterCount).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                await probe.WriteAsync(AddOneAsync);
            }
        })));
        await using IStoreSnapshot snapshot = await probe.Store.ReadAsync(probe.Token);
        Expect.Equal((long)WriterCount * Rounds, snapshot.Counter, "The counter");
        ReadOnlyMemory<byte>? value = await snapshot.GetLocalAsync(Sample.Area, "total");
        Expect.Equal(
            WriterCount * Rounds, BitConverter.ToInt32(value!.Value.Span), "The sum that all writers added to");
    }

    private static async Task AddOneAsync(IStoreTransaction transaction)
    {
        transaction.NextDots();
        ReadOnlyMemory<byte>? value = await transaction.GetLocalAsync(Sample.Area, "total");
        await Task.Yield();
        int total = value is { } bytes ? BitConverter.ToInt32(bytes.Span) : 0;
        await transaction.SetLocalAsync(Sample.Area, "total", BitConverter.GetBytes(total + 1));
    }
}
