using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Ordo.Sync.Process.Tests.Processes;

namespace Ordo.Campus.Tests.Campus;

/// <summary>The sample as a user starts it: a hub and three devices. Stopped by closing its standard input's other end.</summary>
internal sealed partial class CampusProcess : IAsyncDisposable
{
    // Not a time to be fast in, but one after which something certainly hangs.
    private static readonly TimeSpan HangsAfter = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private CampusProcess(Process process) => _process = process;

    /// <summary>The addresses of the devices' pages by role, and the hub's.</summary>
    public Dictionary<string, Uri> Addresses { get; } = new(StringComparer.Ordinal);

    public static async Task<CampusProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo(CampusBinary.Host, [CampusBinary.Path, "--folder", folder, "--attached"])
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

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var hangs = new CancellationTokenSource(HangsAfter);
        try
        {
            await _process.WaitForExitAsync(hangs.Token);
        }
        finally
        {
            _process.Kill(entireProcessTree: true);
            _process.Dispose();
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
