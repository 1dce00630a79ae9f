using Microsoft.Extensions.Logging;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;

namespace Ordo.Sync.Faster.Tests;

/// <summary>A folder of one test, removed with it.</summary>
public sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-faster-");
    private int _copies;

    public string Store => Path.Combine(_folder.FullName, "store");

    public static FasterStoreOptions Options(string folder, int checkpointAfterKiB = 65536) =>
        new() { Folder = folder, LogMemoryKiB = 1024, CheckpointAfterKiB = checkpointAfterKiB };

    public Task<FasterRecordStore> OpenAsync() => OpenAsync(Store);

    public static Task<FasterRecordStore> OpenAsync(string folder, ILogger? logger = null) =>
        OpenAsync(Options(folder), logger);

    public static async Task<FasterRecordStore> OpenAsync(FasterStoreOptions options, ILogger? logger = null)
    {
        var store = new FasterRecordStore(options, null, null, logger, folder => new DiskFiles(folder));
        try
        {
            await store.OpenAsync();
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>The store's durable files as they are now, in a folder of their own: what a crash at this moment leaves.</summary>
    public string Copy(string? source = null)
    {
        string copy = Path.Combine(_folder.FullName, $"copy-{++_copies}");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.EnumerateFiles(source ?? Store))
        {
            string name = Path.GetFileName(file);
            if (name != StoreLock.FileName && !name.StartsWith("spill-", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(copy, name));
            }
        }

        return copy;
    }

    /// <summary>The paths of the files whose names begin so, in their order.</summary>
    public static List<string> FilesOf(string folder, string prefix) =>
        [.. Directory.EnumerateFiles(folder, prefix + "*").Order(StringComparer.Ordinal)];

    /// <summary>The bytes that the durable files take.</summary>
    public static long DurableBytes(string folder) => Directory.EnumerateFiles(folder, "*-*")
        .Where(file => !Path.GetFileName(file).StartsWith("spill-", StringComparison.Ordinal))
        .Sum(file => new FileInfo(file).Length);

    /// <summary>Where the frames of a log or checkpoint end, as far as they are intact.</summary>
    public static List<long> FrameEndsOf(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        var files = new DiskFiles(folder);
        UInt128 id = StoreIdentity.Read(folder, files)!.Value.StoreId;
        using IStoreFile file = files.Open(Path.GetFileName(path));
        var reader = new FrameReader(file, (long)(ulong)id);
        var ends = new List<long>();
        while (reader.TryRead())
        {
            ends.Add(reader.Offset);
        }

        return ends;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
