using System.Globalization;
using System.Runtime.InteropServices;

namespace Ordo.Sync.Process.Tests.Network;

/// <summary>Signals of the system, for which .NET has no call.</summary>
internal static class Signals
{
    /// <summary>Ctrl+C.</summary>
    public const int Interrupt = 2;

    // A minute at least, on whatever machine.
    private const int WaitsMax = 60_000;

    private const int Stop = 19;
    private const int Continue = 18;

    /// <summary>Lets a process stand still for a while: it holds its files and connections, and answers nobody.</summary>
    public static async Task FreezeAsync(int process, TimeSpan time)
    {
        Assert.Equal(0, Kill(process, Stop));
        for (int waits = 0; !IsFrozen(process); waits++)
        {
            Assert.True(waits < WaitsMax, $"The process {process} was told to stand still and does not.");
            await Task.Delay(1);
        }

        await Task.Delay(time);
        Assert.Equal(0, Kill(process, Continue));
    }

    // Its state is the first word behind the name in brackets, which may hold any character.
    private static bool IsFrozen(int process)
    {
        string status = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        return status[(status.LastIndexOf(')') + 2)..].StartsWith('T');
    }

    public static void Send(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    /// <summary>
    /// Whether this process ignores a signal, and with it all that it starts: a shell does that to what it runs in the background.
    /// </summary>
    public static bool IsIgnored(int signal)
    {
        const string Mask = "SigIgn:";
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Mask, StringComparison.Ordinal));
        ulong ignored = ulong.Parse(line.AsSpan(Mask.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (ignored & (1UL << (signal - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
