using System.Globalization;
using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Writers;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests;

/// <summary>
/// The first read, the first write and a sync of a hundred changes take as much work in a large store as in a small one, on the device
/// and at the hub. Counted in bytes that went through system calls, not in time.
/// </summary>
public sealed class SizeIndependenceTests(ITestOutputHelper log) : IDisposable
{
    private const int SmallRecords = 4_000;
    private const int LargeRecordsDefault = 20_000;

    // Something else that a process did at the same time may be counted with a step, on a busy machine; what a step itself takes, always.
    private const int MeasuresMax = 3;

    // Opening, reading or writing one record: a tree of a million records is a level higher than one of thousands.
    private const double RatioMax = 1.5;
    private const long SlackBytes = 64 * 1024;

    // A change of one record, with caches as cold as they get: a few trees, a page of each that no other change is on.
    private const long ChangeBytesMax = 12 * 4096;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-size-");

    private static int LargeRecords =>
        Environment.GetEnvironmentVariable("ORDO_SIZE_RECORDS") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : LargeRecordsDefault;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("Faster")]
    public async Task Work_does_not_grow_with_what_the_store_holds(string storeName)
    {
        Assert.SkipUnless(WorkMeter.Counts, "This system does not count the bytes that a process reads and writes.");
        WriterStore store = Enum.Parse<WriterStore>(storeName);
        IReadOnlyDictionary<string, long> small = await MeasureAsync(store, SmallRecords, "small");
        string[] grown = [];
        for (int measure = 1; measure <= MeasuresMax; measure++)
        {
            IReadOnlyDictionary<string, long> large = await MeasureAsync(store, LargeRecords, $"large-{measure}");
            foreach ((string step, long bytes) in large)
            {
                log.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{storeName} {step}: {small[step]} bytes among {SmallRecords}, {bytes} among {LargeRecords}"));
            }

            grown = [.. large.Where(step => step.Value > BytesMaxOf(step.Key, store, small, large))
                .Select(step => $"'{step.Key}' took {step.Value} bytes among {LargeRecords} records; {small[step.Key]} among {SmallRecords}.")];
            if (grown.Length == 0)
            {
                return;
            }
        }

        Assert.Fail(string.Join('\n', grown));
    }

    // A FASTER store reads what it holds when it opens, once; nothing else may grow but the files themselves.
    private static long BytesMaxOf(
        string step, WriterStore store, IReadOnlyDictionary<string, long> small, IReadOnlyDictionary<string, long> large)
    {
        if (step == "files")
        {
            return long.MaxValue;
        }

        if (step == "open" && store == WriterStore.Faster)
        {
            return (2 * large["files"]) + SlackBytes;
        }

        return step.StartsWith("change", StringComparison.Ordinal)
            ? SizeProgram.ChangeCount * ChangeBytesMax
            : (long)(small[step] * RatioMax) + SlackBytes;
    }

    private async Task<IReadOnlyDictionary<string, long>> MeasureAsync(WriterStore store, int records, string name)
    {
        using var trial = new Trial(data: null, records: 1, pageKiB: 16);
        HubProcess hub = await trial.StartHubAsync();
        var order = new WriterOrder(
            "grow", Path.Combine(_folder.FullName, $"{store}-{name}.db"), store, Durability.Normal, records, hub.Address);
        using (WriterProcess grower = WriterProcess.Start(order))
        {
            Assert.Equal(0, await grower.WaitAsync());
        }

        // What the hub still does for the records that came is not for the changes that follow.
        await WorkMeter.AwaitRestAsync(hub.ProcessId);
        string folder = store == WriterStore.Faster ? WriterDevice.FolderOf(order.File) : _folder.FullName;
        long filesBytes = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
        using WriterProcess toucher = WriterProcess.Start(order with { Work = "touch" });
        var steps = new Dictionary<string, long>(StringComparer.Ordinal) { ["files"] = filesBytes };
        long hubBefore = 0;
        while (await toucher.ReadAsync() is { } line && line != "synced")
        {
            if (line == "changed")
            {
                // The sync before has made the hub give back the space that the first transfer's pages had taken.
                await WorkMeter.AwaitRestAsync(hub.ProcessId);
                hubBefore = WorkMeter.BytesOf(hub.ProcessId);
                await toucher.TellAsync("go on");
                continue;
            }

            string[] parts = line.Split(' ');
            steps.Add(parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        steps.Add("changes at the hub", WorkMeter.BytesOf(hub.ProcessId) - hubBefore);
        Assert.Equal(["files", "open", "read", "write", "sync", "change", "changes", "changes at the hub"], steps.Keys);
        toucher.Close();
        Assert.Equal(0, await toucher.WaitAsync());
        return steps;
    }
}
