namespace Ordo.Sync.Storage.Blobs;

/// <summary>A file that is being written, from its beginning to its end.</summary>
internal interface IBlobFile : IDisposable
{
    void Write(ReadOnlySpan<byte> content);

    /// <summary>Makes what has been written last.</summary>
    void Flush();

    /// <summary>Has the system begin to write, where it can be told; promises nothing.</summary>
    void BeginWriting();
}
