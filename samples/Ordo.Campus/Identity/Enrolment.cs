using System.Security.Cryptography;
using System.Text.Json;

namespace Ordo.Campus.Identity;

/// <summary>
/// The secrets of a campus: what the hub signs tokens with, and what each device proves itself with. Made once a folder; each
/// process reads its own part alone, from a file that only its owner can read.
/// </summary>
internal static class Enrolment
{
    private const string HubFile = "enrolment.json";
    private const string DeviceFile = "device.key";
    private const int SecretBytes = 32;

    /// <summary>Makes the secrets of all below a campus folder, unless they are there.</summary>
    public static void Ensure(string folder)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "hub")).FullName, HubFile);
        if (File.Exists(path))
        {
            return;
        }

        var secrets = new HubSecrets(
            NewSecret(), CampusRole.All.ToDictionary(role => role.Name, _ => NewSecret(), StringComparer.Ordinal));
        foreach ((string role, string secret) in secrets.Devices)
        {
            WritePrivate(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, role)).FullName, DeviceFile), secret);
        }

        // The hub's file is last: where it is there, all are.
        WritePrivate(path, JsonSerializer.Serialize(secrets));
    }

    public static HubSecrets ReadHub(string hubFolder) =>
        JsonSerializer.Deserialize<HubSecrets>(Read(Path.Combine(hubFolder, HubFile)))
        ?? throw new InvalidDataException($"'{Path.Combine(hubFolder, HubFile)}' is empty; remove the folder to begin anew.");

    public static string ReadDevice(string deviceFolder) => Read(Path.Combine(deviceFolder, DeviceFile));

    private static string Read(string path) => File.Exists(path)
        ? File.ReadAllText(path)
        : throw new FileNotFoundException(
            $"'{path}' is not there. Start the whole campus once with --folder: that makes the secrets of hub and devices.");

    private static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    private static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
