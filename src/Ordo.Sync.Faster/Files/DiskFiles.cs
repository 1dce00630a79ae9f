namespace Ordo.Sync.Faster.Files;

/// <summary>A folder of the operating system.</summary>
internal sealed class DiskFiles(string folder) : IStoreFiles
{
    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];

    public IStoreFile Create(string name, long reservedBytes = 0) => new DiskFile(
        name,
        File.OpenHandle(
            PathOf(name), FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete,
            preallocationSize: reservedBytes));

    public IStoreFile Open(string name) => new DiskFile(
        name,
        File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete));

    public void Rename(string name, string next) => File.Move(PathOf(name), PathOf(next), overwrite: true);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void FlushNames() => FolderFlush.Run(folder);

    private string PathOf(string name) => Path.Combine(folder, name);
}
