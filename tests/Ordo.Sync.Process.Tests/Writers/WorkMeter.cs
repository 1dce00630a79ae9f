using System.Globalization;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>
/// The bytes that a process has read and written by system calls, from the page cache too: a measure of work that no load of the
/// machine changes. Linux counts them.
/// </summary>
internal static class WorkMeter
{
    /// <summary>Whether this system counts.</summary>
    public static bool Counts => File.Exists("/proc/self/io");

    /// <summary>The bytes so far.</summary>
    public static long BytesOf(int processId) => File.ReadLines($"/proc/{processId}/io")
        .Where(line => line.StartsWith("rchar", StringComparison.Ordinal) || line.StartsWith("wchar", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture));
}
