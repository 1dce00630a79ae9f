using System.Globalization;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Writes;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>
/// What a process does to show that work does not depend on how much a store holds: one makes a store grow, another opens it and tells
/// what each step after that took.
/// </summary>
internal static class SizeProgram
{
    /// <summary>The changes that are synced.</summary>
    public const int ChangeCount = 100;

    private const int BatchSize = 1_000;

    // Checkpoints are written in the background, some time, for all that came since the last: no step is to be charged with one.
    private const int NoCheckpointKiB = 1024 * 1024;

    private static readonly string Note = new('n', 120);

    /// <summary>Writes so many records and syncs them.</summary>
    public static async Task GrowAsync(WriterOrder order)
    {
        await using var device = new WriterDevice(order.File, order.Store, order.Durability, order.Hub);
        for (long from = 0; from < order.FirstValue; from += BatchSize)
        {
            await PutAsync(device, [.. Enumerable.Range((int)from, (int)Math.Min(BatchSize, order.FirstValue - from))], from);
        }

        (await device.Engine.SyncAsync()).ThrowIfFailed();
    }

    /// <summary>Opens, reads, writes, syncs, and syncs a hundred changes; says after each how many bytes went by.</summary>
    public static async Task TouchAsync(WriterOrder order)
    {
        await using var device = new WriterDevice(order.File, order.Store, order.Durability, order.Hub, NoCheckpointKiB);
        await TellAsync("open", async () => await device.Engine.OpenAsync());
        await TellAsync("read", async () =>
        {
            Record<Mark>? read = await device.Marks.GetAsync(KeyOf(order.FirstValue / 2));
            Assert.NotNull(read);
        });
        await TellAsync("write", () => PutAsync(device, [0], order.FirstValue));
        await TellAsync("sync", async () => (await device.Engine.SyncAsync()).ThrowIfFailed());
        int[] changed = [.. Enumerable.Range(0, ChangeCount).Select(i => (int)(i * 7919L % order.FirstValue))];
        await TellAsync("change", () => PutAsync(device, changed, order.FirstValue + 1));
        Console.Out.WriteLine("changed;");
        await Console.In.ReadLineAsync();
        await TellAsync("changes", async () =>
            Assert.Equal(ChangeCount, (await device.Engine.SyncAsync()).ThrowIfFailed().PushedCount));
        Console.Out.WriteLine("synced;");

        // The test looks at the hub before this process ends.
        await Console.In.ReadLineAsync();
    }

    private static Task<WriteReceipt> PutAsync(WriterDevice device, IReadOnlyList<int> numbers, long value) =>
        device.Engine.WriteAsync(batch =>
        {
            foreach (int number in numbers)
            {
                batch.Put(device.Marks, KeyOf(number), new Mark { Value = value, Note = Note });
            }
        }).AsTask();

    private static async Task TellAsync(string step, Func<Task> work)
    {
        long before = WorkMeter.BytesOf(Environment.ProcessId);
        await work();
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{step} {WorkMeter.BytesOf(Environment.ProcessId) - before};"));
    }

    private static string KeyOf(long number) => number.ToString("x8", CultureInfo.InvariantCulture);
}
