using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A way to a hub that loses a part of the requests.</summary>
internal sealed class LeakyTransport(ISyncTransport inner, Random random) : PassingTransport(inner)
{
    /// <summary>Which part is lost, 0 to 1.</summary>
    public double Part { get; set; }

    /// <summary>How many requests still get through before any is lost.</summary>
    public int After { get; set; }

    public int LostCount { get; private set; }

    public override string PeerName => "lossy";

    protected override ValueTask<T> SendAsync<T>(Func<ValueTask<T>> send)
    {
        lock (random)
        {
            if (After > 0)
            {
                After--;
            }
            else if (random.NextDouble() < Part)
            {
                LostCount++;
                throw new SyncException(SyncErrorCode.Unreachable, "The request is lost.");
            }
        }

        return send();
    }
}
