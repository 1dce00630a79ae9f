namespace Ordo.Sync.Storage;

/// <summary>The room that a store takes and has.</summary>
/// <param name="Bytes">The bytes of its files, logs included.</param>
/// <param name="FreeBytes">The bytes left to it on its volume; <see langword="null"/> where that cannot be told.</param>
public readonly record struct StoreSize(long Bytes, long? FreeBytes)
{
    /// <summary>Measures files.</summary>
    /// <param name="folder">The folder that tells the volume.</param>
    /// <param name="files">The files; one that is gone counts nothing.</param>
    public static StoreSize Of(string folder, IEnumerable<FileInfo> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        long bytes = 0;
        foreach (FileInfo file in files)
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Logs come and go.
            }
        }

        return new StoreSize(bytes, FreeOf(folder));
    }

    private static long? FreeOf(string folder)
    {
        try
        {
            string volume = OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder;
            return new DriveInfo(volume).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A network share without a letter, say: it works, but has no free space to tell of.
            return null;
        }
    }
}
