using Ordo.Sync.Sqlite.Maintenance;

namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>
/// A disk in memory. While it records, it remembers everything that is done to it, so that it can be said later what a crash at any
/// moment would have left. Thread-safe.
/// </summary>
internal sealed class CrashDisk
{
    private readonly Dictionary<string, DiskFile> _files = new(StringComparer.Ordinal);
    private readonly List<DiskEffect> _effects = [];
    private byte[]? _sidecar;
    private int _lastId;

    /// <summary>Held during each use.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The store's sidecar, a file of the real file system; each effect remembers what it says. Set to record.</summary>
    public string? SidecarPath { get; init; }

    /// <summary>Whether the store's own flushes of the log reach the disk; SQLite's do.</summary>
    public bool FlushesLog { get; init; } = true;

    /// <summary>What went wrong in a call of SQLite; <see langword="null"/> where nothing did.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What was done so far.</summary>
    public IReadOnlyList<DiskEffect> Effects => _effects;

    /// <summary>How much was done so far.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
            {
                return _effects.Count;
            }
        }
    }

    /// <summary>A disk that holds what a crash left.</summary>
    public static CrashDisk Of(DiskImage image, string? sidecarPath = null)
    {
        var disk = new CrashDisk { SidecarPath = sidecarPath };
        foreach ((string name, byte[] bytes) in image.Files)
        {
            disk._files.Add(name, DiskFile.Of(++disk._lastId, name, bytes));
        }

        return disk;
    }

    /// <summary>A file; <see langword="null"/> where there is none and none is to be made.</summary>
    public DiskFile? Open(string name, bool isCreated)
    {
        lock (Gate)
        {
            if (!_files.TryGetValue(name, out DiskFile? file) && isCreated)
            {
                file = new DiskFile(++_lastId, name);
                _files.Add(name, file);
                Record(EffectKind.Create, file);
            }

            return file;
        }
    }

    public bool Exists(string name)
    {
        lock (Gate)
        {
            return _files.TryGetValue(name, out DiskFile? file) && file.Length > 0;
        }
    }

    public int Read(DiskFile file, long offset, Span<byte> target)
    {
        lock (Gate)
        {
            return file.Read(offset, target);
        }
    }

    public void Write(DiskFile file, long offset, byte[] bytes)
    {
        lock (Gate)
        {
            file.Write(offset, bytes);
            Record(EffectKind.Write, file, offset, bytes);
        }
    }

    public void Truncate(DiskFile file, long length)
    {
        lock (Gate)
        {
            file.Resize(length);
            Record(EffectKind.Truncate, file, length);
        }
    }

    public void Sync(DiskFile file)
    {
        lock (Gate)
        {
            Record(EffectKind.Sync, file);
        }
    }

    /// <summary>Deletes a file; those who have it open keep it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(string name, bool syncsFolder)
    {
        lock (Gate)
        {
            if (!_files.Remove(name, out DiskFile? file))
            {
                return false;
            }

            Record(syncsFolder ? EffectKind.DeleteForGood : EffectKind.Delete, file);
            return true;
        }
    }

    /// <summary>The write-ahead log as the store itself touches it.</summary>
    public ILogFile OpenLog(string path) => Open(Path.GetFileName(path), isCreated: false) is { } file
        ? new CrashLogFile(this, file)
        : throw new FileNotFoundException("The disk has no such log.", path);

    private void Record(EffectKind kind, DiskFile file, long offset = 0, byte[]? bytes = null)
    {
        if (SidecarPath is null)
        {
            return;
        }

        byte[]? sidecar = File.Exists(SidecarPath) ? File.ReadAllBytes(SidecarPath) : null;
        if (!sidecar.AsSpan().SequenceEqual(_sidecar))
        {
            _sidecar = sidecar;
        }

        _effects.Add(new DiskEffect(kind, file.Id, file.Name, offset, bytes ?? [], _sidecar));
    }
}
