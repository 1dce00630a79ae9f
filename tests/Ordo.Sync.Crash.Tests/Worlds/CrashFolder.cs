using Ordo.Sync.Causality;
using Ordo.Sync.Crash.Tests.Disks;
using Ordo.Sync.Crash.Tests.Vfs;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Schema;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>
/// A real folder, for the lock and the sidecar of a store whose database and log stand on a <see cref="CrashDisk"/>. In memory where
/// the system has a file system in memory: the sidecar is synced at each opening.
/// </summary>
internal sealed class CrashFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    private readonly string _path = Path.Combine(
        Directory.Exists(Memory) ? Memory : Path.GetTempPath(), $"ordo-crash-{Path.GetRandomFileName()}");

    public CrashFolder() => Directory.CreateDirectory(_path);

    public string Database => Path.Combine(_path, "store.db");

    public string Sidecar => Database + ".sidecar";

    /// <summary>Lets the folder show a disk.</summary>
    public void Mount(CrashDisk disk) => CrashVfs.Mount(_path, disk);

    /// <summary>Lets the folder show what a crash left.</summary>
    public CrashDisk Mount(DiskImage image)
    {
        if (image.Sidecar is { } sidecar)
        {
            File.WriteAllBytes(Sidecar, sidecar);
        }
        else
        {
            File.Delete(Sidecar);
        }

        var disk = CrashDisk.Of(image);
        Mount(disk);
        return disk;
    }

    /// <summary>The real store over the disk that the folder shows. Its checkpoints come when they are asked for.</summary>
    public SqliteRecordStore NewStore(
        CrashDisk disk, TimeProvider time, EntropySource entropy, SqliteEncryptionKeys? keys, int cacheKiB = 8192)
    {
        var options = new SqliteStoreOptions
        {
            Path = Database,
            CacheSizeKiB = cacheKiB,
            IdleReadersMax = 1,
            CheckpointAfterKiB = 1024 * 1024,
            WalSizeMaxKiB = 1024 * 1024,
            Encryption = keys,
        };
        return new SqliteRecordStore(options, time, entropy, SchemaHistory.Current, disk.OpenLog);
    }

    public void Dispose()
    {
        CrashVfs.Unmount(_path);
        Directory.Delete(_path, recursive: true);
    }
}
