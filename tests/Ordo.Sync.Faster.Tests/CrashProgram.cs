using System.Runtime.CompilerServices;
using Ordo.Sync.Sqlite.Tests;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

/// <summary>What the second process does over a store until it is killed: writes, and reports each commit on its output.</summary>
internal static class CrashProgram
{
#pragma warning disable CA2255 // The child is this very assembly: it must run its task before the test runner's entry point.
    [ModuleInitializer]
    internal static void RunAsChild()
#pragma warning restore CA2255
    {
        if (CrashChild.Order is { } task)
        {
            Run(task, CrashChild.StorePath);
            Environment.Exit(0);
        }
    }

    // Waits instead of awaiting: code of this assembly must run on this thread only, for other threads wait until the module's
    // initializer, which is what runs this, has ended.
    private static void Run(string task, string path)
    {
        // Small bounds: checkpoints and cleaning are under way at most moments.
        var options = new FasterStoreOptions { Folder = path, LogMemoryKiB = 1024, CheckpointAfterKiB = 64 };
        var store = new FasterRecordStore(options);
        Wait(store.OpenAsync());
        Report($"open {Wait(store.ReadAsync()).Counter}");
        while (task == "write")
        {
            // Single writes and batches, at both levels of durability.
            IStoreTransaction transaction = Wait(store.BeginAsync());
            int count = transaction.Counter % 3 == 0 ? 20 : 1;
            for (int i = 0; i < count; i++)
            {
                int number = (int)transaction.Counter + 1;
                Wait(new ValueTask(transaction.PutAsync($"{number}", Sample.Bytes(number, 300))));
                Wait(transaction.PutAsync(
                    Sample.Scope, Sample.Record("last", transaction.NextDots(), Sample.Bytes(number + 1, 3_000))));
            }

            long counter = transaction.Counter;
            Wait(transaction.CommitAsync(count == 1 ? Durability.Normal : Durability.Full));
            Report($"{counter}");
        }

        // Half a transaction, then wait for the end.
        IStoreTransaction open = Wait(store.BeginAsync());
        Wait(new ValueTask(open.PutAsync("uncommitted", Sample.Bytes(1))));
        Report("holding");
        Thread.Sleep(Timeout.Infinite);
    }

    private static void Wait(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    private static T Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    private static void Report(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
