using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Ordo.Campus.Device;
using Ordo.Campus.Hub;

namespace Ordo.Campus.Commands;

/// <summary>Runs a hub or a device in this process, until it is stopped; prints the address as the only line.</summary>
internal static class ServeCommand
{
    public static Task<int> HubAsync(string folder, int port, bool isAttached, CancellationToken cancellationToken) =>
        RunAsync(HubHost.Create(Path.GetFullPath(Path.Combine(folder, "hub")), port), isAttached, cancellationToken);

    public static Task<int> DeviceAsync(DeviceSettings settings, bool isAttached, CancellationToken cancellationToken) =>
        RunAsync(DeviceHost.Create(settings), isAttached, cancellationToken);

    private static async Task<int> RunAsync(WebApplication app, bool isAttached, CancellationToken cancellationToken)
    {
        await using (app)
        {
            await app.StartAsync(cancellationToken);
            string address = app.Services.GetRequiredService<IServer>().Features
                .GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
            await Console.Out.WriteLineAsync(address);
            await Console.Out.FlushAsync(cancellationToken);
            if (isAttached)
            {
                _ = StopWithInputAsync(app.Lifetime);
            }

            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
    }

    private static async Task StopWithInputAsync(IHostApplicationLifetime lifetime)
    {
        await StandardInput.EndAsync();
        lifetime.StopApplication();
    }
}
