using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Faster;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Sqlite;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Fuzz.Tests.Corpora;

/// <summary>The files of small sound stores, and a folder for changed ones, which it deletes in the end.</summary>
internal sealed class StoreFiles : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ordo-fuzz-").FullName;
    private string? _copy;
    private int _number;

    /// <summary>A closed SQLite store.</summary>
    public byte[] Database { get; private set; } = [];

    /// <summary>A backup of it.</summary>
    public byte[] Backup { get; private set; } = [];

    /// <summary>What the encrypted store is encrypted with.</summary>
    public static SqliteEncryptionKeys Keys { get; } = new(new SqliteEncryptionKey("2026-11", new byte[SqliteEncryptionKey.SizeBytes]));

    /// <summary>A closed SQLite store that is encrypted.</summary>
    public byte[] EncryptedDatabase { get; private set; } = [];

    /// <summary>A store as a kill leaves it.</summary>
    public byte[] DatabaseOfLog { get; private set; } = [];

    /// <summary>Its write-ahead log.</summary>
    public byte[] DatabaseLog { get; private set; } = [];

    /// <summary>The files of a closed FASTER store.</summary>
    public IReadOnlyList<(string Kind, string Name, byte[] Bytes)> FasterParts { get; private set; } = [];

    public static async Task<StoreFiles> CreateAsync()
    {
        var files = new StoreFiles();
        await files.FillSqliteAsync();
        await files.FillFasterAsync();
        return files;
    }

    public static FasterStoreOptions OptionsOf(string folder) => new() { Folder = folder, LogMemoryKiB = 1024 };

    /// <summary>The path of a file in a folder of its own; the one before is deleted.</summary>
    public string NewFolder(string name)
    {
        if (_copy is not null)
        {
            Directory.Delete(_copy, recursive: true);
        }

        _copy = Path.Combine(_root, $"copy{++_number}");
        Directory.CreateDirectory(_copy);
        return Path.Combine(_copy, name);
    }

    /// <summary>A folder with a sound FASTER store; the one before is deleted.</summary>
    public string NewFasterFolder()
    {
        string folder = Path.GetDirectoryName(NewFolder("store"))!;
        foreach ((string _, string name, byte[] bytes) in FasterParts)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }

        return folder;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private async Task FillSqliteAsync()
    {
        string path = Path.Combine(_root, "sound.db");
        var store = new SqliteRecordStore(new SqliteStoreOptions { Path = path });
        await using (var device = new Device("ann", store, TestHub.NewClock(), configure: Sample.Declare))
        {
            await Sample.EditAsync(device, round: 1);
            await store.CheckpointAsync();
            await Sample.EditAsync(device, round: 2);
            DatabaseOfLog = ReadShared(path);
            DatabaseLog = ReadShared(path + "-wal");
            await store.BackupAsync(path + ".backup");
        }

        Database = await File.ReadAllBytesAsync(path);
        Backup = await File.ReadAllBytesAsync(path + ".backup");
        string encrypted = Path.Combine(_root, "encrypted.db");
        var sealedStore = new SqliteRecordStore(new SqliteStoreOptions { Path = encrypted, Encryption = Keys });
        await using (var device = new Device("ann", sealedStore, TestHub.NewClock(), configure: Sample.Declare))
        {
            await Sample.EditAsync(device, round: 1);
        }

        EncryptedDatabase = await File.ReadAllBytesAsync(encrypted);
    }

    private async Task FillFasterAsync()
    {
        string folder = Path.Combine(_root, "sound");
        var store = new FasterRecordStore(OptionsOf(folder), null, null, null, static at => new DiskFiles(at));
        await using (var device = new Device("ann", store, TestHub.NewClock(), configure: Sample.Declare))
        {
            await Sample.EditAsync(device, round: 1);
            await store.CheckpointAsync();
            await Sample.EditAsync(device, round: 2);
            FasterParts = [.. Directory.GetFiles(folder).Where(IsKept).Select(file => (KindOf(file), Path.GetFileName(file), ReadShared(file)))];
        }
    }

    private static bool IsKept(string file) =>
        Path.GetFileName(file) is var name && name != StoreLock.FileName && !name.StartsWith("spill-", StringComparison.Ordinal);

    private static string KindOf(string file) => Path.GetFileName(file).Split('-')[0];

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
