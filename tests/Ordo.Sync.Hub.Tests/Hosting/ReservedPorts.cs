using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>Ports of loopback for servers that tests start later, or stop and start again.</summary>
internal static class ReservedPorts
{
    // Bound and never listening, until these tests end. Linux lets a server listen on such a port all the same, refuses connections
    // as long as none does, and gives the port to nobody who asks for any: tests that run beside these ask for many.
    private static readonly ConcurrentBag<Socket> Held = [];

    /// <summary>A port that nobody uses, and that no test is given as a free one from now on.</summary>
    public static int Take()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        if (OperatingSystem.IsLinux())
        {
            Held.Add(socket);
        }
        else
        {
            socket.Dispose();
        }

        return port;
    }
}
