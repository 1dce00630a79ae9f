using System.Net;
using System.Net.Sockets;

namespace Ordo.Sync.Process.Tests.Processes;

/// <summary>Finds ports of this machine.</summary>
internal static class Ports
{
    /// <summary>The address of a hub that nobody runs, and that one may be started on.</summary>
    public static Uri Unused()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/sync");
    }
}
