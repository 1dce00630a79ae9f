using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Storage;
using Ordo.Sync.Testing.Stores;

namespace Ordo.Sync.Sqlite.Tests;

/// <summary>SQLite stores for the conformance suite, each in a folder of its own.</summary>
internal sealed class SqliteStoreFactory(ISqliteKeyProvider? keys = null) : IRecordStoreFactory
{
    public bool CanReopen => true;

    public ValueTask<IRecordStore> CreateAsync(CancellationToken cancellationToken = default)
    {
        string folder = Directory.CreateTempSubdirectory("ordo-conformance-").FullName;
        return new(Open(Path.Combine(folder, "store.db")));
    }

    public ValueTask<IRecordStore> ReopenAsync(IRecordStore disposed, CancellationToken cancellationToken = default) =>
        new(Open(disposed.Name));

    public bool CanCopy => true;

    public ValueTask<IRecordStore> CopyAsync(IRecordStore disposed, CancellationToken cancellationToken = default)
    {
        string folder = Directory.CreateTempSubdirectory("ordo-conformance-").FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(disposed.Name)!))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return new(Open(Path.Combine(folder, Path.GetFileName(disposed.Name))));
    }

    public ValueTask DeleteAsync(IRecordStore disposed)
    {
        string folder = Path.GetDirectoryName(disposed.Name)!;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private SqliteRecordStore Open(string file) => new(new SqliteStoreOptions { Path = file, Encryption = keys });
}
