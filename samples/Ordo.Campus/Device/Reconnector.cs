using Ordo.Campus.Network;

namespace Ordo.Campus.Device;

/// <summary>
/// Syncs as soon as the network is back, as an app does that the operating system tells of the network. Without it the engine
/// finds out by itself at its next attempt.
/// </summary>
internal sealed class Reconnector(NetworkSwitch network, CampusDevice device) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var switched = new SemaphoreSlim(0);
        void Signal() => switched.Release();
        network.Switched += Signal;
        try
        {
            while (true)
            {
                await switched.WaitAsync(stoppingToken);
                if (network.Mode != NetworkMode.Offline)
                {
                    await device.Engine.SyncAsync(cancellationToken: stoppingToken);
                }
            }
        }
        finally
        {
            network.Switched -= Signal;
        }
    }
}
