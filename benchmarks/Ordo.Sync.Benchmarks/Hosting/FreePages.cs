using System.Security.Cryptography;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>
/// Memory that a file is about to be written into. A virtual machine gives free memory back to its host, and takes it again page by
/// page when it is used: 100 MB written then cost 200 ms of processor time instead of 10, whoever writes them.
/// </summary>
internal static class FreePages
{
    private const int BufferBytes = 1_000_000;

    /// <summary>Writes and deletes a file, so that what comes next finds memory that was in use a moment ago.</summary>
    /// <param name="file">A name for it.</param>
    /// <param name="mb">Its length, a little more than what is to be written next.</param>
    public static void Warm(string file, int mb)
    {
        byte[] buffer = RandomNumberGenerator.GetBytes(BufferBytes);
        using (FileStream content = new(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (int i = 0; i < mb; i++)
            {
                content.Write(buffer);
            }
        }

        File.Delete(file);
    }
}
