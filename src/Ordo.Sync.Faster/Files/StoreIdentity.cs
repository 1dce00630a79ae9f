using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Faster.Files;

/// <summary>
/// The file that says that a store is in a folder. With it, files that are missing are missing; without it, a folder is empty. It is
/// written first as unfinished, and as finished when the first commit is on the disk.
/// </summary>
internal static class StoreIdentity
{
    /// <summary>Draws an identity and writes it.</summary>
    public static FileHead Begin(IStoreFiles files, EntropySource entropy)
    {
        Span<byte> bytes = stackalloc byte[16];
        entropy.Fill(bytes);
        var head = new FileHead(FileKind.Unfinished, BinaryPrimitives.ReadUInt128LittleEndian(bytes), 0);
        Write(files, head);
        return head;
    }

    /// <summary>Says that the store is made.</summary>
    public static FileHead Finish(IStoreFiles files, FileHead head)
    {
        FileHead finished = head with { Kind = FileKind.Identity };
        Write(files, finished);
        return finished;
    }

    /// <summary>Reads the identity; <see langword="null"/> where the store was never finished.</summary>
    /// <exception cref="SyncException">The file is damaged, or has a newer format.</exception>
    public static FileHead? Read(string store, IStoreFiles files)
    {
        using IStoreFile file = files.Open(FileNames.Identity);
        try
        {
            return FileHead.Read(store, file, FileKind.Identity);
        }
        catch (InvalidDataException exception)
        {
            return IsUnfinished(store, file) ? null : throw Failures.Corrupt(store, exception.Message, exception);
        }
    }

    private static bool IsUnfinished(string store, IStoreFile file)
    {
        try
        {
            FileHead.Read(store, file, FileKind.Unfinished);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void Write(IStoreFiles files, FileHead head)
    {
        using (IStoreFile file = files.Create(FileNames.Identity + FileNames.Unfinished))
        {
            head.Write(file);
            file.Flush();
        }

        files.Rename(FileNames.Identity + FileNames.Unfinished, FileNames.Identity);
        files.FlushNames();
    }
}
