using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>What a crash leaves: the files by name, and the store's sidecar.</summary>
internal sealed record DiskImage(SortedDictionary<string, byte[]> Files, byte[]? Sidecar)
{
    /// <summary>Equal for equal contents.</summary>
    public UInt128 Hash()
    {
        var hash = new XxHash128();
        foreach ((string name, byte[] bytes) in Files)
        {
            int length = bytes.Length;
            hash.Append(Encoding.UTF8.GetBytes(name));
            hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
            hash.Append(bytes);
        }

        hash.Append(Sidecar ?? []);
        return hash.GetCurrentHashAsUInt128();
    }

    /// <summary>Writes the files into a folder, for people to look at.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, byte[] bytes) in Files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }
}
