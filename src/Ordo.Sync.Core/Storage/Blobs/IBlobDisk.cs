namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// What changes the disk of a <see cref="FileSystemBlobStore"/>, and what makes changes last. A seam: tests put a disk here that knows what
/// a power failure at any moment would have left.
/// </summary>
internal interface IBlobDisk
{
    /// <summary>Makes a file, in place of one of its name, with room for its final length.</summary>
    /// <exception cref="IOException">There is no room, among others.</exception>
    IBlobFile Create(string file, long lengthBytes);

    /// <summary>Makes the content of a file last that has been written before.</summary>
    void FlushFile(string file);

    /// <summary>Makes the names in a folder last: until then each may be there after a power failure, or not.</summary>
    void FlushFolder(string folder);

    /// <summary>Gives a file another name, in place of a file that has it.</summary>
    void Move(string from, string to);

    /// <summary>Deletes a file, if it is there.</summary>
    void Delete(string file);
}
