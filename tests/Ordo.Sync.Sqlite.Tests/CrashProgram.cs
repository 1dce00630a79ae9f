using System.Runtime.CompilerServices;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Tests;

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
            RunAsync(task, CrashChild.StorePath).GetAwaiter().GetResult();
            Environment.Exit(0);
        }
    }

    private static async Task RunAsync(string task, string path)
    {
        await using var store = new SqliteRecordStore(new SqliteStoreOptions { Path = path, CheckpointAfterKiB = 64 });
        await store.OpenAsync();
        await using (IStoreSnapshot snapshot = await store.ReadAsync())
        {
            Report($"open {snapshot.Counter}");
        }

        while (task == "write")
        {
            // Single writes and batches, at both levels of durability.
            await using IStoreTransaction transaction = await store.BeginAsync();
            int count = transaction.Counter % 3 == 0 ? 20 : 1;
            for (int i = 0; i < count; i++)
            {
                await transaction.PutAsync($"{transaction.Counter + 1}", Sample.Score((int)transaction.Counter));
            }

            long counter = transaction.Counter;
            await transaction.CommitAsync(count == 1 ? Durability.Normal : Durability.Full);
            Report($"{counter}");
        }

        // Half a transaction, then wait for the end.
        await using IStoreTransaction open = await store.BeginAsync();
        await open.PutAsync("uncommitted", Sample.Score(1));
        ScopeState state = await open.GetScopeAsync(Sample.Scope);
        Report($"holding {state.Knowledge[0]}");
        await Task.Delay(Timeout.Infinite);
    }

    private static void Report(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
