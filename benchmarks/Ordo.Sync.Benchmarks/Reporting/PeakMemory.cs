using System.Diagnostics;

namespace Ordo.Sync.Benchmarks.Reporting;

/// <summary>The peak of this process's resident memory.</summary>
internal static class PeakMemory
{
    public static double ReadMb()
    {
        using Process self = Process.GetCurrentProcess();
        return Math.Round(self.PeakWorkingSet64 / (1024.0 * 1024.0), 1);
    }
}
