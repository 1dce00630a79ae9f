using System.Net;
using System.Net.Sockets;

namespace Ordo.Sync.Process.Tests.Network;

/// <summary>
/// Stands between devices and a hub on loopback, and does to their connections what bad networks do: which, follows from a seed and
/// the order of connections. What it forwards, it forwards unchanged.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int BytesBeforeFaultMax = 40_000;
    private const int LongerLife = 4;
    private const int DripBytes = 512;
    private const int DripBytesMax = 8 * 1024;
    private static readonly TimeSpan LatencyMax = TimeSpan.FromMilliseconds(40);

    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _connections = [];
    private readonly Dictionary<Fate, int> _fates = [];
    private readonly Random _random;
    private readonly Task _accepting;

    private readonly (Fate Fate, int Bytes)? _always;

    /// <summary>Begins to listen.</summary>
    /// <param name="hub">Where the way leads.</param>
    /// <param name="seed">Decides what becomes of each connection.</param>
    /// <param name="always">What becomes of all, and after how many bytes of an answer; left to the seed where it is not said.</param>
    public FaultProxy(Uri hub, int seed, (Fate Fate, int Bytes)? always = null)
    {
        Hub = hub;
        _always = always;
        _random = new Random(seed);
        _listener.Start();
        Address = new UriBuilder(hub) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>Where the way leads.</summary>
    public Uri Hub { get; }

    /// <summary>Where devices take the proxy for the hub.</summary>
    public Uri Address { get; }

    /// <summary>Whether all connections made from now on pass.</summary>
    public bool IsCalm { get; set; }

    /// <summary>How many connections of a bad network met which fate.</summary>
    public IReadOnlyDictionary<Fate, int> Fates
    {
        get
        {
            lock (_fates)
            {
                return new Dictionary<Fate, int>(_fates);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_closing.Token);
                (Fate fate, int bytes) = Draw();
                _connections.Add(CarryAsync(client, fate, bytes));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private (Fate Fate, int Bytes) Draw()
    {
        lock (_fates)
        {
            if (IsCalm)
            {
                return (Fate.Passes, int.MaxValue);
            }

            if (_always is { } said)
            {
                return said;
            }

            var fate = (Fate)_random.Next(Enum.GetValues<Fate>().Length);
            _fates[fate] = _fates.GetValueOrDefault(fate) + 1;

            // Those that carry something live longer, and end too: the next one meets another fate.
            int bytes = _random.Next(BytesBeforeFaultMax);
            return (fate, fate is Fate.Passes or Fate.IsLate or Fate.Drips ? bytes * LongerLife : bytes);
        }
    }

    private async Task CarryAsync(Socket client, Fate fate, int bytesBeforeFault)
    {
        using Socket held = client;
        using var hub = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        try
        {
            if (fate != Fate.IsSwallowed)
            {
                await hub.ConnectAsync(IPAddress.Loopback, Hub.Port, over.Token);
                Task requests = PumpAsync(client, hub, Fate.Passes, int.MaxValue, over.Token);
                await PumpAsync(hub, client, fate, bytesBeforeFault, over.Token);
                if (fate is not (Fate.FallsSilent or Fate.IsReset))
                {
                    client.Shutdown(SocketShutdown.Both);
                    await over.CancelAsync();
                    await requests;
                    return;
                }
            }

            if (fate == Fate.IsReset)
            {
                // Closing with unsent data thrown away makes the system send a reset.
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                await over.CancelAsync();
                return;
            }

            await DrainAsync(client, over.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One of the two went away, or the hub is not there: the other one learns it by the end of its connection.
        }
    }

    // Ends at the end of the stream, or where the fate strikes.
    private static async Task PumpAsync(Socket from, Socket to, Fate fate, int bytesBeforeFault, CancellationToken over)
    {
        var buffer = new byte[16 * 1024];
        int left = bytesBeforeFault;
        int dripped = 0;
        try
        {
            while (await from.ReceiveAsync(buffer, over) is > 0 and var count)
            {
                int passed = Math.Min(count, left);
                left -= passed;
                if (fate == Fate.IsLate)
                {
                    await Task.Delay(LatencyMax, over);
                }

                int step = fate == Fate.Drips && dripped < DripBytesMax ? DripBytes : passed;
                for (int at = 0; at < passed; at += step)
                {
                    step = Math.Min(step, passed - at);
                    await to.SendAsync(buffer.AsMemory(at, step), over);
                    if (fate == Fate.Drips && dripped < DripBytesMax)
                    {
                        dripped += step;
                        await Task.Delay(1, over);
                    }
                }

                if (left == 0)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of this direction.
        }
    }

    // Takes what comes and says nothing, until the client gives up.
    private static async Task DrainAsync(Socket client, CancellationToken over)
    {
        var buffer = new byte[16 * 1024];
        while (await client.ReceiveAsync(buffer, over) > 0)
        {
        }
    }
}
