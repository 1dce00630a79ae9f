using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Ordo.Sync.Process.Tests.Processes;

namespace Ordo.Campus.Tests.Campus;

/// <summary>The sample as a user starts it: a hub and three devices. Ends with the tests, whichever way they end.</summary>
internal sealed partial class CampusProcess : IAsyncDisposable
{
    // Not a time to be fast in, but one after which something certainly hangs.
    private static readonly TimeSpan HangsAfter = TimeSpan.FromMinutes(8);

    // Short, for those who wait for a cursor to go.
    private const string PresenceSeconds = "3";

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private CampusProcess(Process process) => _process = process;

    /// <summary>The addresses of the devices' pages by role, and the hub's.</summary>
    public Dictionary<string, Uri> Addresses { get; } = new(StringComparer.Ordinal);

    public static async Task<CampusProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo(CampusBinary.Host, [CampusBinary.Path, "--folder", folder, "--presence", PresenceSeconds, "--attached"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("ORDO_DATA");
        var campus = new CampusProcess(Process.Start(start)!);
        try
        {
            await campus.ReadAddressesAsync().WaitAsync(HangsAfter);
            return campus;
        }
        catch
        {
            await campus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop, as Ctrl+C does, and expects that it and all it started end well.</summary>
    public async Task StopAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(HangsAfter);
        Assert.Equal(0, _process.ExitCode);
        foreach (Uri address in Addresses.Values)
        {
            Assert.False(await AnswersAsync(address), $"{address} still answers.");
        }
    }

    /// <summary>Kills the one process that started hub and devices, and waits until those have ended by themselves.</summary>
    public async Task KillAsync()
    {
        int[] children = [.. Processes().Where(id => ParentOf(id) == _process.Id)];
        Assert.Equal(Addresses.Count, children.Length);
        _process.Kill();
        long began = Stopwatch.GetTimestamp();
        while (Processes().Intersect(children).Any())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < HangsAfter, "Hub or devices go on.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public ValueTask DisposeAsync()
    {
        // Devices and hub end with the input that the process holds for them.
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IEnumerable<int> Processes() =>
        Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0]))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    private static int? ParentOf(int process)
    {
        try
        {
            // "id (name) state parent …"; the name may hold blanks and brackets itself.
            string text = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task ReadAddressesAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _output.AppendLine(line);
            if (Row().Match(line) is { Success: true } row)
            {
                Addresses[row.Groups["role"].Value] = new Uri(row.Groups["address"].Value);
            }

            if (line.Contains("Ctrl+C", StringComparison.Ordinal))
            {
                Assert.Equal(["hub", "lecturer", "registrar", "student"], Addresses.Keys.Order(StringComparer.Ordinal));
                return;
            }
        }

        throw new InvalidOperationException($"The campus did not start:\n{_output}");
    }

    [GeneratedRegex(@"(?<role>lecturer|student|registrar|hub)\b.*(?<address>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Row();
}
