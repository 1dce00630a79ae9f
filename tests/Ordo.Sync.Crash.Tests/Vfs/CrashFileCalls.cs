using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>What SQLite does with an open file of <see cref="CrashVfs"/>.</summary>
internal static unsafe class CrashFileCalls
{
    private const int VersionWithMemory = 2;

    // As SQLite's own file system says of a disk: what a write does not touch, a power cut leaves alone.
    private const int PowerSafeOverwrite = 0x1000;
    private const int SectorBytes = 4096;

    /// <summary>The calls, for as long as the process lives.</summary>
    public static IoTable* Table { get; } = Make();

    private static IoTable* Make()
    {
        var table = (IoTable*)NativeMemory.AllocZeroed((nuint)sizeof(IoTable));
        table->Version = VersionWithMemory;
        table->Close = &Close;
        table->Read = &Read;
        table->Write = &Write;
        table->Truncate = &Truncate;
        table->Sync = &Sync;
        table->FileSize = &FileSize;
        table->Lock = &Lock;
        table->Unlock = &Unlock;
        table->CheckReservedLock = &CheckReservedLock;
        table->FileControl = &FileControl;
        table->SectorSize = &SectorSize;
        table->DeviceCharacteristics = &DeviceCharacteristics;
        table->ShmMap = &ShmMap;
        table->ShmLock = &ShmLock;
        table->ShmBarrier = &ShmBarrier;
        table->ShmUnmap = &ShmUnmap;
        return table;
    }

    private static OpenFile Of(FileSlot* slot) => (OpenFile)GCHandle.FromIntPtr(slot->Handle).Target!;

    [SuppressMessage("Design", "CA1031", Justification = "Kept on the disk, where the test looks; SQLite's frames cannot be unwound.")]
    private static int Guard(OpenFile file, Action<OpenFile> call)
    {
        try
        {
            call(file);
            return SqliteCode.Ok;
        }
        catch (Exception exception)
        {
            file.Disk.Failure = exception;
            return SqliteCode.IoError;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(FileSlot* slot)
    {
        var handle = GCHandle.FromIntPtr(slot->Handle);
        var file = (OpenFile)handle.Target!;
        lock (file.Disk.Gate)
        {
            Leave(file);
            file.File.Locks.Remove(file);
        }

        if (file.IsDeletedOnClose)
        {
            file.Disk.Delete(file.File.Name, syncsFolder: false);
        }

        handle.Free();
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(FileSlot* slot, byte* target, int count, long offset)
    {
        OpenFile file = Of(slot);
        var bytes = new Span<byte>(target, count);
        int read = file.Disk.Read(file.File, offset, bytes);
        bytes[read..].Clear();
        return read == count ? SqliteCode.Ok : SqliteCode.ShortRead;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(FileSlot* slot, byte* source, int count, long offset)
    {
        byte[] bytes = new ReadOnlySpan<byte>(source, count).ToArray();
        return Guard(Of(slot), file => file.Disk.Write(file.File, offset, bytes));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(FileSlot* slot, long length) =>
        Guard(Of(slot), file => file.Disk.Truncate(file.File, length));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(FileSlot* slot, int flags) => Guard(Of(slot), file => file.Disk.Sync(file.File));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(FileSlot* slot, long* length)
    {
        OpenFile file = Of(slot);
        lock (file.Disk.Gate)
        {
            *length = file.File.Length;
        }

        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(FileSlot* slot, int level)
    {
        OpenFile file = Of(slot);
        lock (file.Disk.Gate)
        {
            return file.File.Locks.Lock(file, level);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(FileSlot* slot, int level)
    {
        OpenFile file = Of(slot);
        lock (file.Disk.Gate)
        {
            FileLocks.Unlock(file, level);
        }

        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(FileSlot* slot, int* result)
    {
        OpenFile file = Of(slot);
        lock (file.Disk.Gate)
        {
            *result = file.File.Locks.IsReserved() ? 1 : 0;
        }

        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(FileSlot* slot, int operation, void* argument) => SqliteCode.NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(FileSlot* slot) => SectorBytes;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int DeviceCharacteristics(FileSlot* slot) => PowerSafeOverwrite;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(FileSlot* slot, int region, int bytes, int extends, void** result)
    {
        OpenFile file = Of(slot);
        lock (file.Disk.Gate)
        {
            if (!file.MapsMemory)
            {
                file.MapsMemory = true;
                file.File.Memory.Join();
            }

            *result = file.File.Memory.Region(region, bytes, extends != 0);
        }

        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(FileSlot* slot, int first, int count, int flags)
    {
        OpenFile file = Of(slot);
        lock (file.Disk.Gate)
        {
            return file.File.Locks.LockSlots(file, first, count, flags);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(FileSlot* slot) => Interlocked.MemoryBarrier();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(FileSlot* slot, int deletes)
    {
        OpenFile file = Of(slot);
        lock (file.Disk.Gate)
        {
            Leave(file);
        }

        return SqliteCode.Ok;
    }

    private static void Leave(OpenFile file)
    {
        if (file.MapsMemory)
        {
            file.MapsMemory = false;
            file.SharedSlots = 0;
            file.ExclusiveSlots = 0;
            file.File.Memory.Leave();
        }
    }
}
