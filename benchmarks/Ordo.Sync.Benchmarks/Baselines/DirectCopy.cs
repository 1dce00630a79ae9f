using System.Diagnostics;
using System.Security.Cryptography;

namespace Ordo.Sync.Benchmarks.Baselines;

/// <summary>A file copied and hashed directly: what moving it durably to another place costs at least.</summary>
internal static class DirectCopy
{
    private const int BufferBytes = 1024 * 1024;

    /// <summary>Copies a file, hashes it on the way, flushes it, and returns the seconds.</summary>
    public static double Measure(string file, string copy)
    {
        long began = Stopwatch.GetTimestamp();
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        using (FileStream from = File.OpenRead(file))
        using (FileStream to = File.Create(copy))
        {
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = from.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                to.Write(buffer, 0, count);
            }

            to.Flush(flushToDisk: true);
            hash.GetHashAndReset();
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        File.Delete(copy);
        return seconds;
    }
}
