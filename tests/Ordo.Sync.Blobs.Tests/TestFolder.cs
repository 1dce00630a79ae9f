namespace Ordo.Sync.Blobs.Tests;

/// <summary>A folder of a test's own, removed at its end.</summary>
public sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-blobs-");

    public string Root => _folder.FullName;

    public string Sub(string name) => Path.Combine(Root, name);

    /// <summary>The file of a chunk or manifest of a store in a folder.</summary>
    public static string FileOf(string store, string kind, object hash)
    {
        string name = hash.ToString()!;
        return Path.Combine(store, kind, name[..1], name[1..]);
    }

    public static string[] ChunkFiles(string store) =>
        Directory.GetFiles(Path.Combine(store, "chunks"), "*", SearchOption.AllDirectories);

    /// <summary>Flips one bit of a file, as a disk might.</summary>
    public static void FlipBit(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Leaves of a file its name and its length, as a power failure may before it was flushed.</summary>
    public static void Tear(string file) => File.WriteAllBytes(file, new byte[new FileInfo(file).Length]);

    public void Dispose() => _folder.Delete(recursive: true);
}
