using System.Globalization;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;
using SystemProcess = System.Diagnostics.Process;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>
/// Writes while the system refuses to write behind an offset of any file (the limit of a file's size): an error of the medium that is
/// neither a full disk nor a lasting one.
/// </summary>
internal static class RefuseProgram
{
    private const int Before = 50;
    private const int Failures = 3;

    // Far more than what fits in front of the limit.
    private const int WritesMax = 20_000;
    private const string Limit = "65536:";
    private const string NoLimit = "unlimited:";

    /// <summary>Does what is ordered.</summary>
    public static async Task RunAsync(WriterOrder order)
    {
        long next = order.FirstValue;
        await using (var device = new WriterDevice(order.File, order.Store, order.Durability))
        {
            for (int i = 0; i < Before; i++, next++)
            {
                await PutAsync(device, next);
            }

            SetLimit(Limit);
            for (int failures = 0; failures < Failures;)
            {
                Assert.True(next - order.FirstValue < WritesMax, "The system refuses to write, and every write succeeds.");
                try
                {
                    await PutAsync(device, next);
                    next++;
                }
                catch (SyncException exception)
                {
                    failures++;
                    WriterProgram.Report($"failed {exception.Code} {exception.IsCommitted} {exception.Hint?.Length > 0}");
                }
            }

            await WriterProgram.CheckAsync(device, order.FirstValue, next);
            SetLimit(NoLimit);
            for (int i = 0; i < Before; i++, next++)
            {
                await PutAsync(device, next);
            }
        }

        await using (var device = new WriterDevice(order.File, order.Store, order.Durability))
        {
            await device.Engine.OpenAsync();
            await WriterProgram.CheckAsync(device, order.FirstValue, next);
        }

        await using IRecordStore store = await WriterDevice.OpenStoreAsync(order.File, order.Store);
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        WriterProgram.Report($"journaled {(await snapshot.GetJournalStatusAsync()).PendingCount - (next - order.FirstValue)}");
    }

    private static async Task PutAsync(WriterDevice device, long value) =>
        await device.Marks.PutAsync(value.ToString(CultureInfo.InvariantCulture), new Mark { Value = value });

    private static void SetLimit(string bytes)
    {
        using SystemProcess limit = SystemProcess.Start(
            "prlimit", [$"--pid={Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", $"--fsize={bytes}"]);
        limit.WaitForExit();
        Assert.Equal(0, limit.ExitCode);
    }
}
