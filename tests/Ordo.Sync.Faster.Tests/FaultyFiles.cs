using Ordo.Sync.Faster.Files;

namespace Ordo.Sync.Faster.Tests;

/// <summary>A folder in which writing, flushing and making files can be made to fail.</summary>
internal sealed class FaultyFiles(string folder) : IStoreFiles
{
    private const int NoSpace = 28;

    private readonly DiskFiles _files = new(folder);

    /// <summary>How many bytes may still be written; the write that exceeds them is done in part.</summary>
    public long BytesLeft { get; set; } = long.MaxValue;

    /// <summary>Whether the next flush fails.</summary>
    public bool FailsFlush { get; set; }

    /// <summary>Whether files of this prefix cannot be made.</summary>
    public string? FailsToMake { get; set; }

    public IReadOnlyList<string> List() => _files.List();

    public IStoreFile Create(string name, long reservedBytes = 0) =>
        FailsToMake is { } prefix && name.StartsWith(prefix, StringComparison.Ordinal)
            ? throw new IOException("No space left on device", NoSpace)
            : new FaultyFile(this, _files.Create(name, reservedBytes));

    public IStoreFile Open(string name) => new FaultyFile(this, _files.Open(name));

    public void Rename(string name, string next) => _files.Rename(name, next);

    public void Delete(string name) => _files.Delete(name);

    public void FlushNames() => _files.FlushNames();

    private sealed class FaultyFile(FaultyFiles owner, IStoreFile file) : IStoreFile
    {
        public string Name => file.Name;

        public long Length => file.Length;

        public void SetLength(long length) => file.SetLength(length);

        public int Read(long offset, Span<byte> buffer) => file.Read(offset, buffer);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            int count = (int)Math.Min(bytes.Length, owner.BytesLeft);
            file.Write(offset, bytes[..count]);
            owner.BytesLeft -= owner.BytesLeft == long.MaxValue ? 0 : count;
            if (count < bytes.Length)
            {
                throw new IOException("No space left on device", NoSpace);
            }
        }

        public void Flush()
        {
            if (owner.FailsFlush)
            {
                throw new IOException("Input/output error", 5);
            }

            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
