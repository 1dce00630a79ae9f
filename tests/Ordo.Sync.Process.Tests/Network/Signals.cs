using System.Runtime.InteropServices;

namespace Ordo.Sync.Process.Tests.Network;

/// <summary>Signals of the system, for which .NET has no call.</summary>
internal static class Signals
{
    /// <summary>Ctrl+C.</summary>
    public const int Interrupt = 2;

    private const int Stop = 19;
    private const int Continue = 18;

    /// <summary>Lets a process stand still for a while: it holds its files and connections, and answers nobody.</summary>
    public static async Task FreezeAsync(int process, TimeSpan time)
    {
        Assert.Equal(0, Kill(process, Stop));
        await Task.Delay(time);
        Assert.Equal(0, Kill(process, Continue));
    }

    public static void Send(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
