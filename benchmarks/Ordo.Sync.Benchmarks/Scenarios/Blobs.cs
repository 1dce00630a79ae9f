using System.Diagnostics;
using System.Security.Cryptography;
using Ordo.Sync.Benchmarks.Baselines;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>
/// A large file: stored, sent, fetched, sent again after a cut; and a record written meanwhile. <c>--records</c> is the file's
/// length in MB, operations are MB; the hub is a process of its own.
/// </summary>
internal sealed class Blobs : IScenario
{
    private const int MeanwhileFactor = 4;

    // Rounds that do not count: until then a third of a hub's time is compiling itself, which it does once. The first of them is
    // reported by itself.
    private const int WarmUpRounds = 15;
    private const int BytesPerMb = 1_000_000;

    public string Name => "blobs";

    public string Description =>
        "a file of 100 MB: store, upload, download, resume, a grade meanwhile; at least 0.5 × copying and hashing it directly";

    public int DefaultRecords => 100;

    public async IAsyncEnumerable<Measurement> RunAsync(int records, int rounds)
    {
        using var folder = new TempFolder();
        await using HubProcess hub = await HubProcess.StartAsync(folder.NewFile("hub"), withBlobs: true);
        using var bare = new BareUpload(hub.Address);
        var direct = new List<double>();
        var stored = new List<double>();
        var sent = new List<double>();
        var fetched = new List<double>();
        var sentBare = new List<double>();
        (double Direct, double Upload, double Download) first = default;
        await using var writer = new BlobDevice(folder.NewFile("writer"), hub.Address);
        await using var reader = new BlobDevice(folder.NewFile("reader"), hub.Address);
        await writer.SyncRecordsAsync();
        for (int round = 0; round < WarmUpRounds + rounds; round++)
        {
            string file = NewFile(folder, records, seed: round);
            var pages = new Pages(folder, records);
            (double store, double upload, double download) = await MoveAsync(writer, reader, file, pages);
            pages.Warm();
            double copy = DirectCopy.Measure(file, file + "-copy");
            pages.Warm();
            double plain = await bare.MeasureAsync(file);
            File.Delete(file);
            if (round == 0)
            {
                first = (copy, upload, download);
            }
            else if (round >= WarmUpRounds)
            {
                sentBare.Add(plain);
                direct.Add(copy);
                stored.Add(store);
                sent.Add(upload);
                fetched.Add(download);
            }
        }

        yield return Measure("store", records, stored, direct);
        yield return Measure("upload", records, sent, direct);
        yield return Measure("download", records, fetched, direct);
        yield return Measure("upload beside bare HTTP", records, sent, sentBare);
        yield return Measure("bare HTTP beside copying", records, sentBare, direct);
        yield return Measure("first upload of new processes", records, [first.Upload], [first.Direct]);
        yield return Measure("first download of new processes", records, [first.Download], [first.Direct]);
        yield return Measure(
            "all three", 3 * records, stored.Zip(sent, fetched).Select(one => one.First + one.Second + one.Third), direct.Select(one => 3 * one));
        yield return await ResumeAsync(folder, hub, records);
        await foreach (Measurement meanwhile in SendMeanwhileAsync(folder, hub, records))
        {
            yield return meanwhile;
        }

        await foreach (Measurement meanwhile in FetchMeanwhileAsync(folder, hub, records))
        {
            yield return meanwhile;
        }
    }

    private Measurement Measure(string variant, int mb, IEnumerable<double> times, IEnumerable<double> baselines)
    {
        double seconds = Rounds.Median(times);
        double baseline = Rounds.Median(baselines);
        return new Measurement
        {
            Scenario = Name,
            Variant = variant,
            Records = mb,
            Seconds = seconds,
            OpsPerSecond = mb / seconds,
            BaselineOpsPerSecond = mb / baseline,
            Ratio = baseline / seconds,
            Bytes = (long)mb * BytesPerMb,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private static async Task<(double Store, double Upload, double Download)> MoveAsync(
        BlobDevice writer, BlobDevice reader, string file, Pages pages)
    {
        pages.Warm();
        long began = Stopwatch.GetTimestamp();
        BlobRef blob = await writer.ImportAsync(file);
        double store = Stopwatch.GetElapsedTime(began).TotalSeconds;

        await writer.ReferAsync(blob);
        pages.Warm();
        began = Stopwatch.GetTimestamp();
        BlobSyncReport report = (await writer.Blobs.SyncAsync()).ThrowIfFailed();
        double upload = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Verify.Equal(1, report.UploadedCount, "blobs sent");
        Verify.Equal(blob.Length, report.BytesSent, "bytes sent");

        await reader.SyncRecordsAsync();
        pages.Warm();
        began = Stopwatch.GetTimestamp();
        await reader.Blobs.DownloadAsync(blob.Id);
        double download = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await using (Stream content = await reader.Blobs.OpenReadAsync(blob.Id))
        {
            Verify.Equal(blob.Id, new BlobId(ContentHash.Read(await SHA256.HashDataAsync(content))), "content fetched");
        }

        return (store, upload, download);
    }

    private async Task<Measurement> ResumeAsync(TempFolder folder, HubProcess hub, int mb)
    {
        string file = NewFile(folder, mb, seed: 1_000);
        await using var writer = new BlobDevice(folder.NewFile("writer"), hub.Address);
        BlobRef blob = await writer.ImportAsync(file);
        await writer.ReferAsync(blob);
        using var cut = new CancellationTokenSource();
        try
        {
            await writer.Blobs.SyncAsync(new Half(cut), cut.Token);
            throw new InvalidOperationException("The upload was not cut off.");
        }
        catch (OperationCanceledException)
        {
            // The cut.
        }

        long began = Stopwatch.GetTimestamp();
        (await writer.Blobs.SyncAsync()).ThrowIfFailed();
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        long resent = writer.ChunkBytesBegun - blob.Length;
        Verify.Equal(true, resent <= BlobLimits.ChunkBytesMax, $"bytes sent again are at most a chunk ({resent})");
        return new Measurement
        {
            Scenario = Name,
            Variant = "resumed at 50%: bytes sent again",
            Records = mb,
            Seconds = seconds,
            OpsPerSecond = mb / 2 / seconds,
            Bytes = resent,
            PeakRssMb = PeakMemory.ReadMb(),
        };
    }

    private async IAsyncEnumerable<Measurement> SendMeanwhileAsync(TempFolder folder, HubProcess hub, int mb)
    {
        string file = NewFile(folder, MeanwhileFactor * mb, seed: 2_000);
        await using var device = new BlobDevice(folder.NewFile("device"), hub.Address);
        await device.ReferAsync(await device.ImportAsync(file));
        var grades = new GradesMeanwhile(device, Name, "an upload");
        yield return await grades.RunAsync(async progress => (await device.Blobs.SyncAsync(progress)).ThrowIfFailed());
        yield return grades.TransferMeanwhile();
    }

    private async IAsyncEnumerable<Measurement> FetchMeanwhileAsync(TempFolder folder, HubProcess hub, int mb)
    {
        string file = NewFile(folder, MeanwhileFactor * mb, seed: 3_000);
        await using (var writer = new BlobDevice(folder.NewFile("writer"), hub.Address))
        {
            await writer.ReferAsync(await writer.ImportAsync(file));
            (await writer.Blobs.SyncAsync()).ThrowIfFailed();
        }

        await using var device = new BlobDevice(folder.NewFile("device"), hub.Address, fetchesAll: true);
        await device.SyncRecordsAsync();
        var grades = new GradesMeanwhile(device, Name, "a download");
        yield return await grades.RunAsync(async progress => (await device.Blobs.SyncAsync(progress)).ThrowIfFailed());
        yield return grades.TransferMeanwhile();
    }

    private static string NewFile(TempFolder folder, int mb, int seed)
    {
        string file = folder.NewFile("content");
        var random = new Random(seed);
        var buffer = new byte[BytesPerMb];
        using FileStream content = File.Create(file);
        for (int i = 0; i < mb; i++)
        {
            random.NextBytes(buffer);
            content.Write(buffer);
        }

        return file;
    }

    private sealed class Pages(TempFolder folder, int mb)
    {
        // With what a transfer needs beside the content: journals, names, sockets.
        private const int MoreMb = 20;

        public void Warm() => FreePages.Warm(folder.NewFile("pages"), mb + MoreMb);
    }

    private sealed class Half(CancellationTokenSource cut) : IProgress<BlobProgress>
    {
        public void Report(BlobProgress value)
        {
            if (value.BytesDone * 2 >= value.BytesTotal)
            {
                cut.Cancel();
            }
        }
    }
}
