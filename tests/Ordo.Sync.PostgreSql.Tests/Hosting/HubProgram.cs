using System.Diagnostics;
using System.Reflection;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Server;

namespace Ordo.Sync.PostgreSql.Tests.Hosting;

/// <summary>The program of samples/Ordo.Hub as a process: it can be killed, and started again on the same port.</summary>
internal sealed class HubProgram : IAsyncDisposable
{
    private static readonly TimeSpan HangsAfter = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    private HubProgram(Dictionary<string, string> settings, Uri root)
    {
        _settings = settings;
        Root = root;
    }

    /// <summary>Where it listens.</summary>
    public Uri Root { get; }

    /// <summary>What devices are given.</summary>
    public Uri Address => new(Root, "sync");

    /// <summary>Starts it; settings are given by environment, as in a container.</summary>
    public static async Task<HubProgram> StartAsync(params (string Name, string Value)[] settings)
    {
        var root = new Uri($"http://127.0.0.1:{ReservedPorts.Take()}");
        var hub = new HubProgram(settings.ToDictionary(setting => setting.Name, setting => setting.Value), root);
        try
        {
            await hub.StartAgainAsync();
            return hub;
        }
        catch
        {
            await hub.KillAsync();
            throw;
        }
    }

    /// <summary>Starts one over a schema of the tests' server, that lets everybody in.</summary>
    public static Task<HubProgram> OverAsync(string schema) => StartAsync(
        ("Hub__Store__Kind", "PostgreSql"),
        ("Hub__Store__ConnectionString", SharedServer.Current.ConnectionString),
        ("Hub__Store__Schema", schema),
        ("Hub__Blobs", string.Empty),
        ("Hub__Callers__AllowAnonymous", "true"));

    public async Task StartAgainAsync()
    {
        string binary = typeof(HubProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "HubBinary").Value!;
        var start = new ProcessStartInfo("dotnet", [binary])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(binary)!,
        };
        start.Environment["Urls"] = Root.ToString();
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach ((string name, string value) in _settings)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("The hub did not start.");
        using var hangs = new CancellationTokenSource(HangsAfter);
        string? line;
        do
        {
            line = await _process.StandardOutput.ReadLineAsync(hangs.Token)
                ?? throw new InvalidOperationException("The hub ended before it listened.");
        }
        while (!line.StartsWith("listening", StringComparison.Ordinal));

        // What it prints later must not fill the pipe.
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    /// <summary>Kills it: no handler runs, no answer is finished.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();
}
