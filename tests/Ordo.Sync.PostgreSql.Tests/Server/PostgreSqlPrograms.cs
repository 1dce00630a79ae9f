using System.Diagnostics;

namespace Ordo.Sync.PostgreSql.Tests.Server;

/// <summary>The programs of an installed PostgreSQL, run as a user who is not root: the server refuses root.</summary>
internal sealed class PostgreSqlPrograms
{
    private const string User = "postgres";

    private readonly string _folder;

    private PostgreSqlPrograms(string folder) => _folder = folder;

    private static bool IsRoot => Environment.UserName == "root";

    /// <exception cref="InvalidOperationException">PostgreSQL is not installed.</exception>
    public static PostgreSqlPrograms Find()
    {
        const string Debian = "/usr/lib/postgresql";
        IEnumerable<string> versions = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian).OrderByDescending(version => version, StringComparer.Ordinal)
            : [];
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        string? folder = versions.Select(version => Path.Combine(version, "bin")).Concat(path)
            .FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, "initdb")));
        return folder is not null ? new PostgreSqlPrograms(folder) : throw new InvalidOperationException(
            "PostgreSQL is not installed. Run `bash eng/postgresql.sh`, which installs Debian's package, or name a server: "
            + "ORDO_TEST_POSTGRES=\"Host=…;Database=…;Username=…\".");
    }

    /// <summary>Lets the server's user have a folder.</summary>
    public static void GiveAway(string folder)
    {
        if (IsRoot)
        {
            using Process chown = Process.Start("chown", [User, folder]);
            chown.WaitForExit();
        }
    }

    public Process Start(string program, params string[] arguments)
    {
        string file = Path.Combine(_folder, program);
        var start = new ProcessStartInfo(IsRoot ? "setpriv" : file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] asUser = IsRoot ? [$"--reuid={User}", $"--regid={User}", "--init-groups", file] : [];
        foreach (string argument in asUser.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed: {errors}{await output}");
        }
    }
}
