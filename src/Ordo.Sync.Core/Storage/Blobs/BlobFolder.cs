namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// The folder of a <see cref="FileSystemBlobStore"/>: <c>chunks/a/…</c> and <c>manifests/a/…</c> by hash, <c>temp</c> for what
/// is being written, <c>quarantine</c> for what was found damaged. Every path is made of hexadecimal digits that this process
/// wrote itself, so no name from outside can lead out of the folder.
/// </summary>
internal sealed class BlobFolder(IBlobDisk disk, string root)
{
    private const int QuarantineCountMax = 64;

    // Each folder that a blob's chunks went to is flushed when the blob is whole: few folders, few flushes.
    private const int FolderCount = 16;

    private readonly string _chunks = Path.Combine(root, "chunks");
    private readonly string _manifests = Path.Combine(root, "manifests");
    private readonly string _temp = Path.Combine(root, "temp");
    private readonly string _quarantine = Path.Combine(root, "quarantine");
    private long _tempCount;

    public string Root => root;

    public string LockFile => Path.Combine(root, "lock");

    public string FormatFile => Path.Combine(root, "format");

    /// <summary>Makes the folder itself, so that it is there after a power failure too.</summary>
    public void CreateRoot()
    {
        var made = new List<string>();
        for (string? folder = root; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            made.Add(folder);
        }

        Directory.CreateDirectory(root);
        foreach (string folder in made)
        {
            disk.FlushFolder(Path.GetDirectoryName(folder)!);
        }
    }

    public void Create()
    {
        Directory.CreateDirectory(_quarantine);
        if (Directory.Exists(_temp))
        {
            // What a crash left half written.
            Directory.Delete(_temp, recursive: true);
        }

        Directory.CreateDirectory(_temp);
        foreach (string kind in (string[])[_chunks, _manifests])
        {
            Directory.CreateDirectory(kind);
            for (int i = 0; i < FolderCount; i++)
            {
                Directory.CreateDirectory(Path.Combine(kind, $"{i:x}"));
            }

            disk.FlushFolder(kind);
        }

        disk.FlushFolder(root);
    }

    public string ChunkFile(ContentHash hash) => FileOf(_chunks, hash);

    public string ManifestFile(BlobId blob) => FileOf(_manifests, blob.Hash);

    public string NewTempFile() => Path.Combine(_temp, $"{Interlocked.Increment(ref _tempCount):x}");

    public IEnumerable<(ContentHash Hash, FileInfo File)> ChunkFiles() => FilesOf(_chunks);

    public IEnumerable<(ContentHash Hash, FileInfo File)> ManifestFiles() => FilesOf(_manifests);

    /// <summary>Puts a damaged file aside for a look; the newest stay, up to a number.</summary>
    public void Quarantine(string file)
    {
        foreach (FileInfo old in new DirectoryInfo(_quarantine).EnumerateFiles()
            .OrderByDescending(one => one.LastWriteTimeUtc).Skip(QuarantineCountMax - 1).ToArray())
        {
            disk.Delete(old.FullName);
        }

        string name = Path.GetFileName(Path.GetDirectoryName(file)) + Path.GetFileName(file);
        disk.Move(file, Path.Combine(_quarantine, name));
    }

    private static string FileOf(string kind, ContentHash hash)
    {
        string name = hash.ToString();
        return Path.Combine(kind, name[..1], name[1..]);
    }

    // A file that is not named as this process names files is left alone.
    private static IEnumerable<(ContentHash Hash, FileInfo File)> FilesOf(string kind)
    {
        foreach (DirectoryInfo folder in new DirectoryInfo(kind).EnumerateDirectories())
        {
            foreach (FileInfo file in folder.EnumerateFiles())
            {
                if (ContentHash.TryParse(folder.Name + file.Name, out ContentHash hash))
                {
                    yield return (hash, file);
                }
            }
        }
    }
}
