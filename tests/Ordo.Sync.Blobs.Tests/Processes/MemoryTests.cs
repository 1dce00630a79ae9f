using System.Globalization;

namespace Ordo.Sync.Blobs.Tests.Processes;

/// <summary>
/// Memory does not grow with a file. 256 MB by default; <c>ORDO_BLOB_MB=1000</c> streams a GB, as
/// <c>docs/internals/blobs.md</c> says.
/// </summary>
public sealed class MemoryTests(ITestOutputHelper log) : IDisposable
{
    private const long PeakBytesMax = 160L * 1024 * 1024;

    private readonly TestFolder _folder = new();
    private readonly List<Child> _children = [];

    public void Dispose()
    {
        foreach (Child child in _children)
        {
            child.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Memory_of_device_and_hub_stays_flat_while_a_large_file_streams()
    {
        long megabytes = long.Parse(Environment.GetEnvironmentVariable("ORDO_BLOB_MB") ?? "256", CultureInfo.InvariantCulture);
        string file = _folder.Sub("video.bin");
        await using (FileStream content = File.Create(file))
        {
            for (int i = 0; i < megabytes; i++)
            {
                await content.WriteAsync(Content.Of(1_000_000, i));
            }
        }

        Child hub = Start("hub", "hub", "http://127.0.0.1:0");
        string address = (await hub.ReadToAsync("http://"))!;
        Child writer = Start("upload", "writer", address, file);
        await writer.SucceedAsync();
        Child reader = Start("download", "reader", address);
        await reader.SucceedAsync();

        foreach ((string name, Child child) in (IEnumerable<(string, Child)>)[("hub", hub), ("writer", writer), ("reader", reader)])
        {
            long peak = MostOf(child, "rss ");
            log.WriteLine(
                $"{name}: peak {peak / (1024 * 1024)} MiB for {megabytes} MB, managed heap at most {MostOf(child, "heap ") / (1024 * 1024)} MiB");
            Assert.InRange(peak, 1, PeakBytesMax);
        }
    }

    private static long MostOf(Child child, string what) => child.Lines
        .Where(line => line.StartsWith(what, StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan(what.Length), CultureInfo.InvariantCulture)).Max();

    private Child Start(string task, string name, string address, string? file = null)
    {
        Child child = Child.Start(task, _folder.Sub(name), address, file);
        _children.Add(child);
        return child;
    }
}
