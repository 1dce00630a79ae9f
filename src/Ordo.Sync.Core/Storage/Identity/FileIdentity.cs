using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Ordo.Sync.Storage.Identity;

/// <summary>What tells a machine from another one, and a file from a copy of it.</summary>
internal static class FileIdentity
{
    private const string MachineIdFile = "/etc/machine-id";

    /// <summary>
    /// This machine, hashed so that the name itself stands nowhere; empty where it has none that lasts (a container, say): then only
    /// the file counts.
    /// </summary>
    public static string OfMachine()
    {
        string name;
        try
        {
            name = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
                ? Environment.MachineName
                : File.Exists(MachineIdFile) ? File.ReadAllText(MachineIdFile).Trim() : string.Empty;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A machine that does not say which it is: the file's identity, nonce and counter are still compared.
            name = string.Empty;
        }

        return name.Length == 0
            ? string.Empty
            : XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(name)).ToString("x32", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// A store's file: its number in the file system and the time of its making. A copy has others; writing into it changes
    /// neither. Empty where the system does not say.
    /// </summary>
    public static string Of(string path) => OperatingSystem.IsLinux() || OperatingSystem.IsAndroid()
        ? Statx.Describe(path)
        : File.GetCreationTimeUtc(path).Ticks.ToString(CultureInfo.InvariantCulture);
}
