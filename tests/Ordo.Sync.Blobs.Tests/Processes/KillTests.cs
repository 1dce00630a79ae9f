using System.Globalization;
using System.Security.Cryptography;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Processes;

/// <summary>
/// Devices and hubs as processes of their own that die in the middle of a transfer of 100 MB. <c>ORDO_KILL_SEED</c> and
/// <c>ORDO_KILL_ROUNDS</c> replay or lengthen a run.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int FileBytes = 100_000_000;

    private readonly TestFolder _folder = new();
    private readonly List<Child> _children = [];
    private readonly List<Child> _hubs = [];
    private readonly ITestOutputHelper _log;
    private readonly Random _random;
    private readonly int _rounds = Setting("ORDO_KILL_ROUNDS") ?? 3;
    private readonly string _file;
    private readonly string _hash;

    public KillTests(ITestOutputHelper log)
    {
        int seed = Setting("ORDO_KILL_SEED") ?? Random.Shared.Next();
        _log = log;
        log.WriteLine($"ORDO_KILL_SEED={seed} ORDO_KILL_ROUNDS={_rounds}");
        _random = new Random(seed);
        _file = _folder.Sub("video.bin");
        byte[] content = Content.Of(FileBytes, seed);
        File.WriteAllBytes(_file, content);
        _hash = Convert.ToHexStringLower(SHA256.HashData(content));
    }

    public void Dispose()
    {
        foreach (Child child in _children)
        {
            child.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_device_killed_while_it_uploads_goes_on_and_sends_at_most_a_chunk_again()
    {
        string address = await StartHubAsync();
        int kills = await KillUntilDoneAsync(() => StartDevice("upload", "writer", address, _file));

        await AssertArrivedAsync(address);
        await AssertResentAsync("PUT", kills);
    }

    [Fact]
    public async Task A_device_killed_while_it_downloads_goes_on_and_fetches_at_most_a_chunk_again()
    {
        string address = await StartHubAsync();
        await StartDevice("upload", "writer", address, _file).SucceedAsync();
        Child? last = null;
        int kills = await KillUntilDoneAsync(() => last = StartDevice("download", "reader", address));

        await AssertResentAsync("GET", kills);
        Assert.Contains($"content {_hash} {FileBytes}", last!.Lines);
    }

    [Fact]
    public async Task A_hub_killed_while_a_device_uploads_loses_at_most_a_chunk_and_the_device_goes_on()
    {
        string address = await StartHubAsync();
        Child device = StartDevice("upload", "writer", address, _file);
        int kills = await KillHubUnderAsync(device, address);
        await device.SucceedAsync();

        await AssertArrivedAsync(address);
        await AssertResentAsync("PUT", kills);
    }

    [Fact]
    public async Task A_hub_killed_while_a_device_downloads_costs_at_most_a_chunk_and_the_device_goes_on()
    {
        string address = await StartHubAsync();
        await StartDevice("upload", "writer", address, _file).SucceedAsync();
        Child device = StartDevice("download", "reader", address);
        int kills = await KillHubUnderAsync(device, address);
        await device.SucceedAsync();

        await AssertResentAsync("GET", kills);
        Assert.Contains($"content {_hash} {FileBytes}", device.Lines);
    }

    [Fact]
    public async Task Chunks_damaged_on_the_wire_and_on_the_disk_are_healed()
    {
        string address = await StartHubAsync(damages: 3);
        await StartDevice("upload", "writer", address, _file).SucceedAsync();
        Child first = StartDevice("download", "reader", address);
        await first.SucceedAsync();
        Assert.Contains($"content {_hash} {FileBytes}", first.Lines);
        string[] chunks = TestFolder.ChunkFiles(Path.Combine(_folder.Sub("reader"), "blobs"));
        TestFolder.FlipBit(chunks[0]);
        TestFolder.FlipBit(chunks[^1]);

        Child second = StartDevice("download", "reader", address);
        await second.SucceedAsync();

        Assert.Contains($"content {_hash} {FileBytes}", second.Lines);
        await EndHubAsync();
        Assert.Equal(chunks.Length + 3 + 2, Requests("GET").Count());
    }

    // Kills a device again and again at drawn moments, then lets one run to its end.
    private async Task<int> KillUntilDoneAsync(Func<Child> start)
    {
        int kills = 0;
        while (kills < _rounds)
        {
            Child device = start();
            if (!await AwaitMomentAsync(device))
            {
                break;
            }

            await device.KillAsync();
            kills++;
        }

        await start().SucceedAsync();
        Assert.True(kills > 0, "The transfer was too short to be killed.");
        return kills;
    }

    private async Task<int> KillHubUnderAsync(Child device, string address)
    {
        int kills = 0;
        while (kills < _rounds && await AwaitMomentAsync(device))
        {
            await _hubs[^1].KillAsync();
            kills++;
            Assert.Equal(address, await StartHubAsync(address));
        }

        Assert.True(kills > 0, "The transfer was too short to be killed.");
        return kills;
    }

    private async Task<bool> AwaitMomentAsync(Child device)
    {
        int lines = _random.Next(1, 160 / (_rounds + 1));
        for (int i = 0; i < lines; i++)
        {
            if (await device.ReadToAsync("progress") is null)
            {
                return false;
            }
        }

        await Task.Delay(_random.Next(10));
        return true;
    }

    // What was begun more than once: each kill may cost the bytes on their way, which are bounded by one chunk's longest length.
    private async Task AssertResentAsync(string method, int kills)
    {
        await EndHubAsync();
        long whole = ChunkLengths.Values.Sum(length => (long)length);
        long begun = Requests(method).Sum(index => (long)ChunkLengths[index]);
        _log.WriteLine($"{kills} kills, {begun - whole} bytes moved again, {(begun - whole) / kills} a kill");
        Assert.InRange(begun - whole, 0, kills * (long)BlobLimits.ChunkBytesMax);
    }

    // What a hub has printed is all read only when it has ended.
    private Task EndHubAsync() => _hubs[^1].KillAsync();

    private Dictionary<int, int> ChunkLengths => field ??= ReadLengths();

    private Dictionary<int, int> ReadLengths()
    {
        string manifest = Directory.GetFiles(
            Path.Combine(_folder.Sub("hub"), "blobs", "manifests"), "*", SearchOption.AllDirectories).Single();
        BlobManifest decoded = BlobManifestCodec.Decode(File.ReadAllBytes(manifest));
        return decoded.Chunks.Select((chunk, index) => (chunk, index)).ToDictionary(one => one.index, one => one.chunk.Length);
    }

    private IEnumerable<int> Requests(string method) => _hubs.SelectMany(hub => hub.Lines)
        .Where(line => line.StartsWith($"{method} ", StringComparison.Ordinal))
        .Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));

    private async Task AssertArrivedAsync(string address)
    {
        Child reader = StartDevice("download", "reader", address);
        await reader.SucceedAsync();
        Assert.Contains($"content {_hash} {FileBytes}", reader.Lines);
    }

    private Child StartDevice(string task, string name, string address, string? file = null)
    {
        Child device = Child.Start(task, _folder.Sub(name), address, file);
        _children.Add(device);
        return device;
    }

    private async Task<string> StartHubAsync(string? address = null, int damages = 0)
    {
        string listen = address is null
            ? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ReservedPorts.Take()}")
            : new Uri(address).GetLeftPart(UriPartial.Authority);
        Child hub = Child.Start("hub", _folder.Sub("hub"), listen, file: null, damages);
        _children.Add(hub);
        _hubs.Add(hub);
        return await hub.ReadToAsync("http://") ?? throw new InvalidOperationException("The hub did not start.");
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
