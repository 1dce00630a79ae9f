using Ordo.Sync.Causality;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>Makes the stores of a world, and deletes their files when the world ends.</summary>
internal sealed class StoreFolder(StoreKind kind, EntropySource? entropy = null) : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"ordo-strategies-{Path.GetRandomFileName()}");

    public IRecordStore Create(string name)
    {
        if (kind == StoreKind.Memory)
        {
            return new InMemoryRecordStore(name, entropy);
        }

        Directory.CreateDirectory(_path);
        return new SqliteRecordStore(new SqliteStoreOptions { Path = Path.Combine(_path, $"{name}.db") }, entropy: entropy);
    }

    public void Dispose()
    {
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }
    }
}
