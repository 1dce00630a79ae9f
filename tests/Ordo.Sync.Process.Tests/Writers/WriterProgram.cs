using System.Globalization;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>
/// What a writing process does: this assembly, started again with an order in its environment. Every write that returned is
/// a line on its output, ended by a semicolon so that one cut short by the kill is told from a whole one.
/// </summary>
internal static class WriterProgram
{
    /// <summary>The keys of an atomic batch.</summary>
    public const int BatchSize = 5;

    private const int Writers = 8;
    private const int KeysAWriter = 40;

    // More than any of the disks holds.
    private const int FillMax = 100_000;
    private static readonly string Note = new('n', 300);
    private static readonly Lock OutputLock = new();

    /// <summary>Does what is ordered.</summary>
    public static Task RunAsync(WriterOrder order) => order.Work switch
    {
        "fill" => FillAsync(order),
        "freeze" => FreezeAsync(order),
        "refuse" => RefuseProgram.RunAsync(order),
        "grow" => SizeProgram.GrowAsync(order),
        "touch" => SizeProgram.TouchAsync(order),
        _ => WriteAsync(order),
    };

    private static async Task WriteAsync(WriterOrder order)
    {
        await using var device = new WriterDevice(
            order.File, order.Store, order.Durability, order.Hub, isNetworkBad: order.Work == "storm");
        await device.Engine.OpenAsync();
        if (order.Hub is not null)
        {
            // The first sync compiles all that syncs run through: kills are to meet later ones, which are under way with writes.
            (await device.Engine.SyncAsync()).ThrowIfFailed();
        }

        Report("open");
        IEnumerable<Task> work = Enumerable.Range(0, Writers).Select(writer => WriteForEverAsync(device, writer, order.FirstValue));
        await Task.WhenAll(order.Hub is null ? work : work.Append(SyncForEverAsync(device)));
    }

    // Pauses of all lengths: kills meet long journals and short ones.
    private static async Task SyncForEverAsync(WriterDevice device)
    {
        while (true)
        {
            SyncReport report = await device.Engine.SyncAsync();
            Report(Outcome(report));
            await Task.Delay(Random.Shared.Next(40));
        }
    }

    private static string Outcome(SyncReport report) => report.Error is { } error
        ? $"synced {report.Status} {(error.IsTransient ? "transient" : "permanent")} {error.Code}: {error.Message.ReplaceLineEndings(" ")}"
        : $"synced {report.Status}";

    private static async Task WriteForEverAsync(WriterDevice device, int writer, long first)
    {
        for (long value = first; ; value++)
        {
            WriteReceipt receipt;
            string keys;
            if (value % 7 == 0)
            {
                keys = $"batch/{writer}";
                var mark = new Mark { Value = value };
                receipt = await device.Engine.WriteAsync(batch =>
                {
                    for (int i = 0; i < BatchSize; i++)
                    {
                        batch.Put(device.Marks, $"{keys}/{i}", mark);
                    }
                });
            }
            else
            {
                keys = string.Create(CultureInfo.InvariantCulture, $"single/{writer}/{value % KeysAWriter}");
                receipt = await device.Marks.PutAsync(keys, new Mark { Value = value, Note = Note });
            }

            Report($"ack {keys} {value} {receipt.Version.Counter}");
        }
    }

    // On a disk of a few megabytes with a ballast file on it: until it is full, then without the ballast.
    private static async Task FillAsync(WriterOrder order)
    {
        string ballast = order.File + ".ballast";
        await File.WriteAllBytesAsync(ballast, new byte[BallastBytesOf(order.Store)]);
        long acknowledged = order.FirstValue;
        await using (var device = new WriterDevice(order.File, order.Store, order.Durability, order.Hub))
        {
            await device.Engine.OpenAsync();
            for (int failures = 0; failures < 3;)
            {
                if (acknowledged - order.FirstValue > FillMax)
                {
                    Report("A full disk takes writes without an end.");
                    return;
                }

                try
                {
                    await device.Marks.PutAsync($"{acknowledged}", new Mark { Value = acknowledged, Note = Note });
                    acknowledged++;
                }
                catch (SyncException exception)
                {
                    failures++;
                    Report($"failed {exception.Code} {acknowledged}");
                }
            }

            await CheckAsync(device, order.FirstValue, acknowledged);
            File.Delete(ballast);
            for (int i = 0; i < 500; i++, acknowledged++)
            {
                await device.Marks.PutAsync($"{acknowledged}", new Mark { Value = acknowledged, Note = Note });
            }

            await CheckAsync(device, order.FirstValue, acknowledged);
            Report($"again {acknowledged}");
        }

        await using (var device = new WriterDevice(order.File, order.Store, order.Durability, order.Hub))
        {
            await device.Engine.OpenAsync();
            await CheckAsync(device, order.FirstValue, acknowledged);
        }

        await using IRecordStore store = await WriterDevice.OpenStoreAsync(order.File, order.Store);
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        Report($"journaled {(await snapshot.GetJournalStatusAsync()).PendingCount - (acknowledged - order.FirstValue)}");
    }

    // On a file system of its own, which is made read-only and writable again.
    private static async Task FreezeAsync(WriterOrder order)
    {
        const int Count = 50;
        await using (var device = new WriterDevice(order.File, order.Store, order.Durability))
        {
            for (long value = order.FirstValue; value < order.FirstValue + Count; value++)
            {
                await device.Marks.PutAsync($"{value}", new Mark { Value = value, Note = Note });
            }
        }

        Remount(order, "ro");
        await using (var device = new WriterDevice(order.File, order.Store, order.Durability))
        {
            try
            {
                await device.Marks.PutAsync("0", new Mark());
                Report("written");
            }
            catch (SyncException exception)
            {
                Report($"failed {exception.Code} {exception.Hint?.Length > 0}");
            }
        }

        Remount(order, "rw");
        await using (var device = new WriterDevice(order.File, order.Store, order.Durability))
        {
            await CheckAsync(device, order.FirstValue, order.FirstValue + Count);
            await device.Marks.PutAsync("0", new Mark());
            Report($"again {(await device.Engine.GetJournalStatusAsync()).PendingCount}");
        }
    }

    private static void Remount(WriterOrder order, string mode)
    {
        using var mount = System.Diagnostics.Process.Start(
            "mount", ["-o", $"remount,{mode}", Path.GetDirectoryName(order.File)!]);
        mount.WaitForExit();
        Assert.Equal(0, mount.ExitCode);
    }

    // A FASTER store takes room for its values in files of 4 MiB.
    private static int BallastBytesOf(WriterStore store) => (store == WriterStore.Faster ? 12 : 2) * 1024 * 1024;

    /// <summary>Tells of every acknowledged write that is not there.</summary>
    public static async Task CheckAsync(WriterDevice device, long first, long end)
    {
        for (long value = first; value < end; value++)
        {
            if ((await device.Marks.GetAsync($"{value}", default))?.Value.Value != value)
            {
                Report($"lost {value}");
            }
        }
    }

    /// <summary>Writes a line to the output.</summary>
    public static void Report(string line)
    {
        lock (OutputLock)
        {
            Console.Out.Write($"{line};\n");
            Console.Out.Flush();
        }
    }
}
