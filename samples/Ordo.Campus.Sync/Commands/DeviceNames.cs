namespace Ordo.Campus.Sync.Commands;

internal static class DeviceNames
{
    private static readonly string[] Known = ["registrar", "lecturer", "student"];

    public static string Of(int index) => index < Known.Length ? Known[index] : $"device-{index + 1}";
}
