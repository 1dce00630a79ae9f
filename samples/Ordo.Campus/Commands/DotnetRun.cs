using System.Diagnostics;
using System.Globalization;

namespace Ordo.Campus.Commands;

/// <summary>The <c>dotnet run</c> that started this program: where it is killed, nobody could stop the campus any more.</summary>
internal static class DotnetRun
{
    /// <summary>Completes when it has ended; never where this program was started in another way.</summary>
    public static async Task EndAsync(CancellationToken cancellationToken)
    {
        using Process? parent = Find();
        await (parent?.WaitForExitAsync(cancellationToken) ?? Task.Delay(Timeout.Infinite, cancellationToken));
    }

    private static Process? Find()
    {
        const string status = "/proc/self/stat";
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        // "id (name) state parent …"; the name may hold blanks and brackets itself.
        string text = File.ReadAllText(status);
        int id = int.Parse(text[(text.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);
        try
        {
            var parent = Process.GetProcessById(id);
            return parent.ProcessName == "dotnet" ? parent : null;
        }
        catch (ArgumentException)
        {
            // It has ended already.
            return null;
        }
    }
}
