using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Ordo.Sync.Benchmarks.Scenarios;

namespace Ordo.Sync.Benchmarks.Comparison;

/// <summary>What one builds oneself with EF Core: a unit of work a write, the record and an outbox row in it.</summary>
internal static class EfOutbox
{
    /// <returns>Seconds.</returns>
    public static async Task<double> WriteAsync(string file, int count, int perTransaction)
    {
        await using (var made = new OutboxContext(file))
        {
            await made.Database.EnsureCreatedAsync();
            await made.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL");
        }

        long began = Stopwatch.GetTimestamp();
        await using (var connected = new OutboxContext(file))
        {
            await connected.Database.OpenConnectionAsync();
            await connected.Database.ExecuteSqlRawAsync("PRAGMA synchronous=NORMAL");
            foreach (int[] numbers in Enumerable.Range(0, count).Chunk(perTransaction))
            {
                foreach (int number in numbers)
                {
                    StoredResult result = StoredResult.Of(number);
                    connected.Results.Add(result);
                    connected.Outbox.Add(new OutboxRow { Key = result.Key });
                }

                await connected.SaveChangesAsync();
                connected.ChangeTracker.Clear();
            }
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await using var check = new OutboxContext(file);
        Verify.Equal(count, await check.Results.CountAsync(), "records written with EF Core");
        Verify.Equal(count, await check.Outbox.CountAsync(), "outbox rows");
        return seconds;
    }
}
