using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ordo.Sync.Storage.Identity;

/// <summary>
/// Linux's statx, for which .NET has no call: it does not open the file. (Opening and closing a database's file would release the
/// locks that SQLite holds on it in this process.) Source: statx(2); the structure is the same on all processors.
/// </summary>
internal static class Statx
{
    private const int CurrentFolder = -100;
    private const uint InodeMask = 0x100;
    private const uint BirthMask = 0x800;
    private const int StructureBytes = 256;
    private const int InodeOffset = 32;
    private const int BirthSecondsOffset = 80;
    private const int BirthNanosecondsOffset = 88;

    /// <summary>A file's number and the time of its making; empty where the system has no such call or file.</summary>
    public static string Describe(string path)
    {
        var result = new byte[StructureBytes];
        byte[] name = [.. Encoding.UTF8.GetBytes(path), 0];
        try
        {
            if (Call(CurrentFolder, name, flags: 0, InodeMask | BirthMask, result) != 0)
            {
                return string.Empty;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before statx: machine, nonce and counter are still compared.
            return string.Empty;
        }

        uint known = BitConverter.ToUInt32(result, 0);
        ulong inode = BitConverter.ToUInt64(result, InodeOffset);
        long seconds = (known & BirthMask) == 0 ? 0 : BitConverter.ToInt64(result, BirthSecondsOffset);
        uint nanoseconds = (known & BirthMask) == 0 ? 0 : BitConverter.ToUInt32(result, BirthNanosecondsOffset);
        return string.Create(CultureInfo.InvariantCulture, $"{inode} {seconds}.{nanoseconds}");
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Call(int folder, byte[] path, int flags, uint mask, byte[] result);
}
