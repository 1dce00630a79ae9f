using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ordo.Sync.Benchmarks.Hosting;

namespace Ordo.Sync.Benchmarks.Comparison;

/// <summary>An engine for Node, timed by a script of its own in <c>benchmarks/peers</c>.</summary>
internal sealed class NodePeer(string name, string script)
{
    private static readonly string Folder = FindFolder();

    public string Name => name;

    /// <summary>Whether its packages are installed: <c>npm ci --prefix benchmarks/peers</c>.</summary>
    public static bool IsInstalled => Directory.Exists(Path.Combine(Folder, "node_modules"));

    /// <returns>How many records in how many seconds, by what was done.</returns>
    /// <exception cref="InvalidOperationException">The script failed; the message has what it printed.</exception>
    public async Task<IReadOnlyDictionary<string, (int Records, double Seconds)>> RunAsync(int singles, int many)
    {
        using var folder = new TempFolder();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Folder, script));
        start.ArgumentList.Add(folder.NewFile("peer"));
        start.ArgumentList.Add(singles.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(many.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(start.ArgumentList[1]);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script} ended with {process.ExitCode}: {await errors}");
        }

        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(
                line => line.GetProperty("work").GetString()!,
                line => (line.GetProperty("records").GetInt32(), line.GetProperty("seconds").GetDouble()));
    }

    private static string FindFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "benchmarks", "peers")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "benchmarks", "peers");
    }
}
