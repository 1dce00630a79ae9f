using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Ordo.Sync.Crash.Tests.Disks;

namespace Ordo.Sync.Crash.Tests.Vfs;

/// <summary>
/// A file system for SQLite, whose files stand on <see cref="CrashDisk"/>s: which disk, the folder of a path says. Registered as the
/// default of this process, so that the real store, which names none, uses it.
/// </summary>
/// <remarks>
/// Nothing may be thrown through SQLite: what goes wrong here is kept on the disk (<see cref="CrashDisk.Failure"/>) and told as
/// an input/output error.
/// </remarks>
internal static unsafe partial class CrashVfs
{
    private const int VersionWithTime = 2;
    private const int PathBytesMax = 1024;
    private const int OpenDeleteOnClose = 0x8;
    private const long UnixEpochMs = 210_866_760_000_000;
    private const double MsPerDay = 86_400_000;

    private static readonly ConcurrentDictionary<string, CrashDisk> Disks = new(StringComparer.Ordinal);
    private static readonly Lazy<nint> Registration = new(Register);
    private static Random _random = new(0);

    /// <summary>Lets a folder stand for a disk; the folder itself may exist for other files.</summary>
    public static void Mount(string folder, CrashDisk disk)
    {
        _ = Registration.Value;
        Disks[folder] = disk;
    }

    /// <summary>Lets a folder stand for nothing any more.</summary>
    public static void Unmount(string folder) => Disks.TryRemove(folder, out _);

    /// <summary>Begins SQLite's own random numbers anew, so that a workload writes the same bytes in every run.</summary>
    public static void Seed(int seed)
    {
        _ = Registration.Value;
        _random = new Random(seed);
        ResetRandomness(0, null);
    }

    private static nint Register()
    {
        SQLitePCL.Batteries_V2.Init();
        var table = (VfsTable*)NativeMemory.AllocZeroed((nuint)sizeof(VfsTable));
        table->Version = VersionWithTime;
        table->FileBytes = sizeof(FileSlot);
        table->PathBytesMax = PathBytesMax;
        table->Name = (byte*)Marshal.StringToCoTaskMemUTF8("ordo-crash");
        table->Open = &Open;
        table->Delete = &Delete;
        table->Access = &Access;
        table->FullPathname = &FullPathname;
        table->Randomness = &Randomness;
        table->Sleep = &Sleep;
        table->CurrentTime = &CurrentTime;
        table->GetLastError = &GetLastError;
        table->CurrentTimeInt64 = &CurrentTimeInt64;
        int code = RegisterVfs(table, makeDefault: 1);
        return code == SqliteCode.Ok
            ? (nint)table
            : throw new InvalidOperationException($"SQLite did not take the file system: code {code}.");
    }

    private static (CrashDisk? Disk, string Name) Find(byte* path)
    {
        string text = Marshal.PtrToStringUTF8((nint)path) ?? string.Empty;
        return (Disks.GetValueOrDefault(Path.GetDirectoryName(text) ?? string.Empty), Path.GetFileName(text));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(VfsTable* table, byte* path, FileSlot* slot, int flags, int* flagsOut)
    {
        slot->Methods = null;
        (CrashDisk? disk, string name) = Find(path);
        if (disk?.Open(name, isCreated: (flags & 0x4) != 0) is not { } file)
        {
            return SqliteCode.CannotOpen;
        }

        var open = new OpenFile(disk, file, (flags & OpenDeleteOnClose) != 0);
        lock (disk.Gate)
        {
            file.Locks.Add(open);
        }

        slot->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(open));
        slot->Methods = CrashFileCalls.Table;
        if (flagsOut != null)
        {
            *flagsOut = flags;
        }

        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(VfsTable* table, byte* path, int syncsFolder)
    {
        (CrashDisk? disk, string name) = Find(path);
        return disk is null ? SqliteCode.IoError
            : disk.Delete(name, syncsFolder != 0) ? SqliteCode.Ok
            : SqliteCode.NoEntryToDelete;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(VfsTable* table, byte* path, int flags, int* result)
    {
        (CrashDisk? disk, string name) = Find(path);
        *result = disk is not null && disk.Exists(name) ? 1 : 0;
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullPathname(VfsTable* table, byte* path, int bytesMax, byte* result)
    {
        string full = Path.GetFullPath(Marshal.PtrToStringUTF8((nint)path)!);
        if (Encoding.UTF8.GetByteCount(full) >= bytesMax)
        {
            return SqliteCode.CannotOpen;
        }

        var target = new Span<byte>(result, bytesMax);
        target[Encoding.UTF8.GetBytes(full, target)] = 0;
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Randomness(VfsTable* table, int count, byte* result)
    {
        _random.NextBytes(new Span<byte>(result, count));
        return count;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(VfsTable* table, int microseconds)
    {
        Thread.Sleep(TimeSpan.FromMicroseconds(microseconds));
        return microseconds;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CurrentTime(VfsTable* table, double* result)
    {
        *result = (UnixEpochMs + DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()) / MsPerDay;
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CurrentTimeInt64(VfsTable* table, long* result)
    {
        *result = UnixEpochMs + DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return SqliteCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetLastError(VfsTable* table, int bytesMax, byte* result) => 0;

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Security", "CA5392", Justification = "The library that SQLitePCLRaw brought along and has loaded already.")]
    private static partial int RegisterVfs(VfsTable* table, int makeDefault);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_randomness")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    [SuppressMessage("Security", "CA5392", Justification = "The library that SQLitePCLRaw brought along and has loaded already.")]
    private static partial void ResetRandomness(int count, void* result);
}
