namespace Ordo.Sync.Hub.Tests.Identity;

/// <summary>What people and their tools do to the files of a store.</summary>
internal static class StoreFiles
{
    /// <summary>Copies a folder's files, of a store that may be open.</summary>
    public static string Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        return to;
    }

    /// <summary>
    /// Writes a copy's content into the very files it was taken from, sidecar and all: nothing in the file system tells, as when a
    /// machine's image is put back.
    /// </summary>
    public static void PutBack(string copy, string into)
    {
        foreach (string file in Directory.EnumerateFiles(into))
        {
            if (!File.Exists(Path.Combine(copy, Path.GetFileName(file))) && !file.EndsWith(".lock", StringComparison.Ordinal))
            {
                File.Delete(file);
            }
        }

        foreach (string file in Directory.EnumerateFiles(copy))
        {
            using var target = new FileStream(
                Path.Combine(into, Path.GetFileName(file)), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            byte[] content = File.ReadAllBytes(file);
            target.SetLength(0);
            target.Write(content);
        }
    }
}
