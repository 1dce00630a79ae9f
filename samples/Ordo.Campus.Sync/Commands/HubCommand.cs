using Ordo.Campus.Sync.Devices;

namespace Ordo.Campus.Sync.Commands;

/// <summary>A hub alone, until it is stopped; prints its address as its only line.</summary>
internal static class HubCommand
{
    public static async Task<int> ExecuteAsync(string file, int port, CancellationToken cancellationToken)
    {
        await using CampusHub hub = await CampusHub.StartAsync(file, port, cancellationToken);
        await Console.Out.WriteLineAsync(hub.Address.ToString());
        await Console.Out.FlushAsync(cancellationToken);
        await hub.WaitAsync(cancellationToken);
        return 0;
    }
}
