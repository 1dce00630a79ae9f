using System.Buffers;
using System.Security.Cryptography;

namespace Ordo.Sync.Storage.Blobs;

/// <content>Writing, verifying and removing chunk files.</content>
public sealed partial class FileSystemBlobStore
{
    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    // Whether a chunk is held; it is young again to sweeps, and from now on relied on where somebody is told so.
    private bool Touch(BlobChunk chunk, bool relies = true)
    {
        var file = new FileInfo(_folder.ChunkFile(chunk.Hash));
        lock (StripeOf(chunk.Hash))
        {
            if (!file.Exists || file.Length != chunk.Length)
            {
                return false;
            }

            if (relies)
            {
                _references.Rely(chunk.Hash, Now);
            }

            file.LastWriteTimeUtc = Now;
            return true;
        }
    }

    // Held and unchanged: new content must not be thrown away for a copy that has rotted.
    private bool IsIntact(BlobChunk chunk)
    {
        if (!Touch(chunk))
        {
            return false;
        }

        string file = _folder.ChunkFile(chunk.Hash);
        try
        {
            using FileStream stream = OpenToRead(file);
            if (HashOf(stream) == chunk.Hash)
            {
                return true;
            }
        }
        catch (FileNotFoundException)
        {
            // Put aside by somebody else in the same moment.
            return false;
        }

        PutAside(chunk, file);
        return false;
    }

    private ChunkDraft BeginDraft(BlobChunk chunk)
    {
        long free = FreeBytes();
        if (free - chunk.Length < _options.FreeBytesMin)
        {
            throw BlobFailures.Full(
                Name, $"{free} bytes of the disk are free, of which {_options.FreeBytesMin} are left to others.");
        }

        if (Interlocked.Add(ref _chunkBytes, chunk.Length) > _options.BytesMax)
        {
            Interlocked.Add(ref _chunkBytes, -chunk.Length);
            throw BlobFailures.QuotaExceeded(Name, $"{_options.BytesMax} bytes of chunks");
        }

        return new ChunkDraft(
            _disk, _folder.NewTempFile(), chunk.Length, discarded: () => Interlocked.Add(ref _chunkBytes, -chunk.Length));
    }

    private void Publish(ChunkDraft draft, BlobChunk chunk)
    {
        // Flushed with the others before a manifest names it; at once, name and all, where one does already, as when it is healed: whoever
        // is told that the blob is whole again may remove theirs.
        bool isNamed = _references.IsReferenced(chunk.Hash);
        draft.Close(flushes: isNamed);
        string file = _folder.ChunkFile(chunk.Hash);
        string folder = Path.GetDirectoryName(file)!;
        lock (StripeOf(chunk.Hash))
        {
            _references.Rely(chunk.Hash, Now);
            if (File.Exists(file))
            {
                // Somebody else wrote the same in the same moment; the draft goes, and its bytes with it.
                File.SetLastWriteTimeUtc(file, Now);
                return;
            }

            draft.Publish(file);
            File.SetLastWriteTimeUtc(file, Now);
            Interlocked.Increment(ref _chunkCount);
            if (!isNamed)
            {
                // Under the lock: who finds the chunk finds that it is to be flushed.
                _unflushed.Add(chunk.Hash);
                _unflushedFolders[folder] = 0;
            }
        }

        if (isNamed)
        {
            _disk.FlushFolder(folder);
        }
    }

    private void PutAside(BlobChunk chunk, string file)
    {
        lock (StripeOf(chunk.Hash))
        {
            var info = new FileInfo(file);
            if (!info.Exists)
            {
                return;
            }

            long length = info.Length;
            _folder.Quarantine(file);
            _unflushed.Forget(chunk.Hash);
            Uncount(length);
        }
    }

    private void Uncount(long length)
    {
        Interlocked.Decrement(ref _chunkCount);
        Interlocked.Add(ref _chunkBytes, -length);
    }

    private bool TryRemoveChunk(ContentHash hash, Func<FileInfo, bool> mayGo, out long length)
    {
        var file = new FileInfo(_folder.ChunkFile(hash));
        lock (StripeOf(hash))
        {
            length = 0;
            if (!file.Exists || !mayGo(file))
            {
                return false;
            }

            length = file.Length;
            _disk.Delete(file.FullName);
            _unflushed.Forget(hash);
            Uncount(length);
            return true;
        }
    }

    private long FreeBytes() => new DriveInfo(
        OperatingSystem.IsWindows() ? Path.GetPathRoot(_folder.Root)! : _folder.Root).AvailableFreeSpace;

    private static ContentHash HashOf(FileStream stream)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                hash.AppendData(buffer, 0, count);
            }

            return ContentHash.Finish(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
