using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Sqlite;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>How fast this machine's disk lets a store write and read.</summary>
internal static class BenchCommand
{
    private const string ScopeName = "bench";

    public static Command Create()
    {
        var records = new Option<int>("--records") { Description = "Records to write.", DefaultValueFactory = _ => 5_000 };
        var folder = new Option<string?>("--folder")
        {
            Description = "Where to make the store, on the disk to measure; by default a temporary folder. It is removed afterwards.",
        };
        var json = new Option<bool>("--json") { Description = "One JSON object on standard output, for scripts." };
        var command = new Command(
            "bench",
            """
            Measures a store on a disk of this machine: durable writes one by one, in batches, and reads. Touches no store of yours.

            Example: ordo-sync bench --records 20000 --folder /mnt/data
            """)
        {
            records, folder, json,
        };
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            int count = parsed.GetValue(records);
            if (count is < 100 or > 10_000_000)
            {
                throw new ToolException(ExitCodes.Usage, "--records must be 100 to 10,000,000.");
            }

            JsonObject result = await MeasureAsync(count, parsed.GetValue(folder), cancellationToken);
            new Screen(parsed.GetValue(json)).Write(result, console => Show(console, result));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<JsonObject> MeasureAsync(int count, string? folder, CancellationToken cancellationToken)
    {
        string place = Path.Combine(folder ?? Path.GetTempPath(), $"ordo-bench-{Guid.NewGuid():N}");
        Directory.CreateDirectory(place);
        try
        {
            var services = new ServiceCollection();
            services.AddOrdoSync(sync =>
            {
                sync.UseStructuredStore(_ => new SqliteRecordStore(
                    new SqliteStoreOptions { Path = Path.Combine(place, "bench.db") }));
                sync.Collection<BenchRecord>("records");
                sync.Subscribe(ScopeName);
                sync.SyncManually();
            });
            await using ServiceProvider provider = services.BuildServiceProvider();
            var engine = provider.GetRequiredService<ISyncEngine>();
            await engine.OpenAsync(cancellationToken);
            ISyncCollection<BenchRecord> collection = engine.Scope(ScopeName).Collection<BenchRecord>("records");
            int singles = Math.Max(1, count / 10);
            double single = await TimeAsync(async () =>
            {
                for (int i = 0; i < singles; i++)
                {
                    await collection.PutAsync(KeyOf(i), BenchRecord.Of(i), cancellationToken: cancellationToken);
                }
            });
            double batch = await TimeAsync(async () =>
            {
                foreach (int[] numbers in Enumerable.Range(0, count).Chunk(1000))
                {
                    await engine.WriteAsync(
                        write =>
                        {
                            foreach (int number in numbers)
                            {
                                write.Put(collection, KeyOf(number), BenchRecord.Of(number));
                            }
                        },
                        cancellationToken);
                }
            });
            double read = await TimeAsync(async () =>
            {
                for (int i = 0; i < count; i++)
                {
                    _ = await collection.GetAsync(KeyOf(i), cancellationToken);
                }
            });
            return new JsonObject
            {
                ["records"] = count,
                ["durableWritesPerSecond"] = Math.Round(singles / single),
                ["batchedWritesPerSecond"] = Math.Round(count / batch),
                ["readsPerSecond"] = Math.Round(count / read),
            };
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        long began = Stopwatch.GetTimestamp();
        await run();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static string KeyOf(int number) => number.ToString("D8", CultureInfo.InvariantCulture);

    private static void Show(IAnsiConsole console, JsonObject result)
    {
        Table table = Screen.Table("Measure", "A second");
        Screen.Add(table, "durable writes, one by one", result["durableWritesPerSecond"]);
        Screen.Add(table, "writes in batches of 1,000", result["batchedWritesPerSecond"]);
        Screen.Add(table, "reads by key", result["readsPerSecond"]);
        console.Write(table);
    }
}
