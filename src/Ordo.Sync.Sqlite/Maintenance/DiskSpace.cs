namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>What is left of the disk that a store is on.</summary>
internal static class DiskSpace
{
    private const int ShortBytes = 64 * 1024 * 1024;

    /// <summary>
    /// Whether so little is left that it is all for commits: nothing takes room in advance then, and the log begins anew as soon as it may.
    /// </summary>
    public static bool IsShort(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace < ShortBytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file system that does not tell: a commit that finds it full says so.
            return false;
        }
    }
}
