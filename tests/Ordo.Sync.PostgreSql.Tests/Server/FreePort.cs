using System.Net;
using System.Net.Sockets;

namespace Ordo.Sync.PostgreSql.Tests.Server;

/// <summary>Finds ports of loopback that nobody uses.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
