using System.Globalization;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>
/// The bytes that a process has read and written by system calls, from the page cache too: a measure of work that no load of the
/// machine changes. Linux counts them.
/// </summary>
internal static class WorkMeter
{
    private const int RestMilliseconds = 300;

    /// <summary>Whether this system counts.</summary>
    public static bool Counts => File.Exists("/proc/self/io");

    /// <summary>Waits until a process has done nothing for a while: what it does in the background has ended.</summary>
    public static async Task AwaitRestAsync(int processId)
    {
        long bytes;
        do
        {
            bytes = BytesOf(processId);
            await Task.Delay(RestMilliseconds);
        }
        while (BytesOf(processId) != bytes);
    }

    /// <summary>The bytes so far.</summary>
    public static long BytesOf(int processId) => File.ReadLines($"/proc/{processId}/io")
        .Where(line => line.StartsWith("rchar", StringComparison.Ordinal) || line.StartsWith("wchar", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture));
}
