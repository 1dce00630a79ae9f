using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Tests;

/// <summary>
/// A second process over a store: this assembly started again with a task in its environment. The child writes and reports each
/// commit on its output until it is killed.
/// </summary>
internal sealed class CrashChild : IDisposable
{
    private const string TaskVariable = "ORDO_FASTER_CHILD_TASK";
    private const string PathVariable = "ORDO_FASTER_CHILD_PATH";

    private readonly Process _process;

    private CrashChild(Process process) => _process = process;

    public static CrashChild Start(string task, string path)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CrashChild).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment = { [TaskVariable] = task, [PathVariable] = path },
        };
        return new CrashChild(Process.Start(start)!);
    }

    /// <summary>The next line the child reports; <see langword="null"/> where it has ended.</summary>
    public Task<string?> ReadAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Ends the child with SIGKILL and returns what it had still reported.</summary>
    public async Task<List<string>> KillAsync()
    {
        _process.Kill();
        var rest = new List<string>();
        while (await ReadAsync() is { } line)
        {
            rest.Add(line);
        }

        await _process.WaitForExitAsync();
        return rest;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

#pragma warning disable CA2255 // The child is this very assembly: it must run its task before the test runner's entry point.
    [ModuleInitializer]
    internal static void RunAsChild()
#pragma warning restore CA2255
    {
        if (Environment.GetEnvironmentVariable(TaskVariable) is { Length: > 0 } task)
        {
            Run(task, Environment.GetEnvironmentVariable(PathVariable)!);
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
