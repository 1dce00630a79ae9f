using System.Diagnostics;

namespace Ordo.Sync.Packages.Tests;

/// <summary>A hub as a process, ended with the test.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromMinutes(5);

    private readonly Process _process;

    private RunningHub(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts a built hub and waits until it answers.</summary>
    public static async Task<RunningHub> StartAsync(Workspace workspace, string program, int port)
    {
        var address = new Uri($"http://127.0.0.1:{port}/");
        Process process = workspace.Start("dotnet", ["exec", program, "--urls", address.ToString().TrimEnd('/')]);
        process.OutputDataReceived += static (_, _) => { }; // read, so that a full pipe never stops it
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var hub = new RunningHub(process, address);
        using var client = new HttpClient();
        using var timeout = new CancellationTokenSource(StartTimeMax);
        while (true)
        {
            Assert.False(process.HasExited, "The hub ended at its start.");
            try
            {
                using HttpResponseMessage response = await client.GetAsync(address, timeout.Token);
                return hub;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, timeout.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
