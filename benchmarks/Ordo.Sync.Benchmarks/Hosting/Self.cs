using System.Diagnostics;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>This program once more, in a process of its own.</summary>
internal static class Self
{
    /// <summary>How to start it, with these arguments; as a program of its own, or as the host's where 'dotnet X.dll' runs it.</summary>
    public static ProcessStartInfo With(params IEnumerable<string> arguments)
    {
        string host = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its program.");
        var start = new ProcessStartInfo(host);
        if (Path.GetFileNameWithoutExtension(host) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Self).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Starts it with both standard streams in hand: it ends with its standard input.</summary>
    public static Process StartPiped(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardInput = true;
        return Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
    }

    /// <summary>The next line that it says.</summary>
    public static async Task<string> ReadLineAsync(Process process) => await process.StandardOutput.ReadLineAsync()
        ?? throw new InvalidOperationException("The process ended before it said what was waited for.");
}
