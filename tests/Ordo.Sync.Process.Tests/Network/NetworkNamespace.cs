using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SystemProcess = System.Diagnostics.Process;

namespace Ordo.Sync.Process.Tests.Network;

/// <summary>
/// A network of its own, made by the system: a loopback that passes so many bits a second and loses packets. What
/// runs in it has no other network, and TCP meets lost packets that no proxy can make.
/// </summary>
internal static partial class NetworkNamespace
{
    // Packets of Ethernet's size, 8 Mbit/s, one packet of twenty lost at random. The classifier: load a random number; above a twentieth of
    // its range go to the last instruction; drop (2); pass (0). netem would be shorter, and many kernels come without it.
    private const string Shape =
        "ip link set dev lo mtu 1500 up && tc qdisc add dev lo root tbf rate 8mbit burst 4kb limit 64kb && tc qdisc add dev lo clsact"
        + " && tc filter add dev lo egress bpf da bytecode '4,32 0 0 4294963256,53 1 0 214748364,6 0 0 2,6 0 0 0'";

    /// <summary>Why there can be none here; <see langword="null"/> where there can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Network namespaces are Linux's.";
        }

        (int code, string said) = await RunAsync(Shape);
        return code == 0 ? null : $"No network namespace with a rate limit here: {said.Trim()}";
    }

    /// <summary>Runs a command in one, to its end.</summary>
    /// <returns>What the command returned, what it said, and how many packets were sent and dropped meanwhile.</returns>
    public static async Task<(int Code, string Said, long Sent, long Dropped)> RunInItAsync(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        (int code, string said) = await RunAsync(
            $"{Shape} || exit 99; \"$@\"; code=$?; tc -s qdisc show dev lo; exit $code", command, environment);
        MatchCollection counted = Counters().Matches(said);
        Assert.True(counted.Count > 0, $"The system counts no packets: {said}");
        return (code, said, counted.Max(of => Number(of.Groups[1])), counted.Sum(of => Number(of.Groups[2])));
    }

    private static async Task<(int Code, string Said)> RunAsync(
        string script, IReadOnlyList<string>? arguments = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("unshare", ["--map-root-user", "--net", "sh", "-c", script, "sh", .. arguments ?? []])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using SystemProcess process = SystemProcess.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    private static long Number(Group group) => long.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"bytes (\d+) pkt \(dropped (\d+),")]
    private static partial Regex Counters();
}
