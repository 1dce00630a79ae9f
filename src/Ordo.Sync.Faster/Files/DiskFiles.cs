namespace Ordo.Sync.Faster.Files;

/// <summary>A folder of the operating system.</summary>
internal sealed class DiskFiles(string folder) : IStoreFiles
{
    private const int UnspecifiedIo = unchecked((int)0x80131620); // COR_E_IO

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];

    public IStoreFile Create(string name, long reservedBytes = 0)
    {
        try
        {
            return new DiskFile(
                name,
                File.OpenHandle(
                    PathOf(name), FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete,
                    preallocationSize: reservedBytes));
        }
        catch (IOException exception) when (reservedBytes > 0 && exception.HResult == UnspecifiedIo)
        {
            // Of a disk without room for what is set aside, .NET tells in words only.
            throw new IOException(exception.Message, Failures.NoSpaceUnix);
        }
    }

    public IStoreFile Open(string name) => new DiskFile(
        name,
        File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));

    public void Rename(string name, string next) => File.Move(PathOf(name), PathOf(next), overwrite: true);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void FlushNames() => FolderFlush.Run(folder);

    private string PathOf(string name) => Path.Combine(folder, name);
}
