using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.Process.Tests.Processes;

/// <summary>A hub's process, which can be killed and started again on the same file and port.</summary>
internal sealed class HubProcess
{
    private readonly Trial _trial;
    private CampusProcess _process;

    private HubProcess(Trial trial, CampusProcess process, Uri address)
    {
        _trial = trial;
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The address of a hub that nobody runs, and that one may be started on.</summary>
    public static Uri AddressOfNone() => new($"http://127.0.0.1:{Trial.Number(ReservedPorts.Take())}/sync");

    public static async Task<HubProcess> StartAsync(Trial trial, int port)
    {
        (CampusProcess process, Uri address) = await LaunchAsync(trial, port);
        return new HubProcess(trial, process, address);
    }

    public int ProcessId => _process.Id;

    public Task KillAsync() => _process.KillAsync();

    public async Task StartAgainAsync()
    {
        (_process, Uri address) = await LaunchAsync(_trial, Address.Port);
        Assert.Equal(Address, address);
    }

    private static async Task<(CampusProcess Process, Uri Address)> LaunchAsync(Trial trial, int port)
    {
        CampusProcess process = trial.Start("hub", "--file", trial.HubFile, "--port", Trial.Number(port));
        string? address = await process.ReadToAsync("http://");
        return address is null
            ? throw new InvalidOperationException($"The hub did not start: {process.Errors}")
            : (process, new Uri(address));
    }
}
