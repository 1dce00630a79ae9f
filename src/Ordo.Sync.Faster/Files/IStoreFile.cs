namespace Ordo.Sync.Faster.Files;

/// <summary>
/// A file of a store. Failures are <see cref="IOException"/>s, which the store turns into its own. Thread-safe as far as the ranges
/// of concurrent calls do not overlap.
/// </summary>
internal interface IStoreFile : IDisposable
{
    /// <summary>The file's name within its folder.</summary>
    string Name { get; }

    /// <summary>The file's length in bytes.</summary>
    long Length { get; }

    /// <summary>Cuts the file, or grows it with zeros.</summary>
    void SetLength(long length);

    /// <summary>Reads until the buffer is full or the file ends; returns the bytes read.</summary>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all the bytes; where it throws, some of them may be written.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when everything written is on the disk.</summary>
    void Flush();
}
