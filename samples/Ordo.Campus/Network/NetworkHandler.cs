using Ordo.Campus.Network.Streams;

namespace Ordo.Campus.Network;

/// <summary>
/// Stands between the device and its network and does to requests what the switch says. What breaks, breaks as it does in
/// life: with an exception of the connection, half-way through a request or its answer.
/// </summary>
internal sealed class NetworkHandler(NetworkSwitch network, TimeProvider time) : DelegatingHandler
{
    private const int SlowBytesPerSecond = 1 << 20;
    private const double LostRequests = 0.25;
    private const double LostAnswers = 0.15;
    private static readonly TimeSpan SlowLatency = TimeSpan.FromMilliseconds(400);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        NetworkMode mode = network.Mode;
        CancellationToken cut = network.Cut;
        if (mode == NetworkMode.Offline)
        {
            throw Broken("The network switch is off.");
        }

        var pace = new Pace(mode == NetworkMode.Slow ? SlowBytesPerSecond : null, time, cut);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, cut);
        try
        {
            if (mode == NetworkMode.Slow)
            {
                await Task.Delay(SlowLatency, time, either.Token);
                await pace.WaitAsync(request.Content?.Headers.ContentLength ?? 0, either.Token);
            }

            LoseSome(mode, LostRequests, "The request got lost.");
            HttpResponseMessage response = await base.SendAsync(request, either.Token);
            try
            {
                LoseSome(mode, LostAnswers, "The answer got lost.");
                response.Content = new PacedContent(response.Content, pace);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Broken("The network was switched off.");
        }
    }

    private static void LoseSome(NetworkMode mode, double part, string message)
    {
#pragma warning disable CA5394 // A sample's bad luck need not be unpredictable.
        if (mode == NetworkMode.Flaky && Random.Shared.NextDouble() < part)
#pragma warning restore CA5394
        {
            throw Broken(message);
        }
    }

    private static HttpRequestException Broken(string message) => new(HttpRequestError.ConnectionError, message);
}
