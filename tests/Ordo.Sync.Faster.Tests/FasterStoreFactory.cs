using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Faster.Tests;

/// <summary>FASTER stores for the conformance suite, each in a folder of its own.</summary>
/// <param name="checkpointAfterKiB">How soon checkpoints come.</param>
internal sealed class FasterStoreFactory(int checkpointAfterKiB) : IRecordStoreFactory
{
    public bool CanReopen => true;

    public ValueTask<IRecordStore> CreateAsync(CancellationToken cancellationToken = default) =>
        new(Open(Directory.CreateTempSubdirectory("ordo-conformance-").FullName));

    public ValueTask<IRecordStore> ReopenAsync(IRecordStore disposed, CancellationToken cancellationToken = default) =>
        new(Open(disposed.Name));

    public bool CanCopy => true;

    public ValueTask<IRecordStore> CopyAsync(IRecordStore disposed, CancellationToken cancellationToken = default)
    {
        string folder = Directory.CreateTempSubdirectory("ordo-conformance-").FullName;
        foreach (string file in Directory.EnumerateFiles(disposed.Name, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder, Path.GetRelativePath(disposed.Name, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return new(Open(folder));
    }

    public ValueTask DeleteAsync(IRecordStore disposed)
    {
        if (Directory.Exists(disposed.Name))
        {
            Directory.Delete(disposed.Name, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private FasterRecordStore Open(string folder) => new(
        new FasterStoreOptions { Folder = folder, LogMemoryKiB = 1024, CheckpointAfterKiB = checkpointAfterKiB });
}
