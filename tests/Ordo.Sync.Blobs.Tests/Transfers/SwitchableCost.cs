using Ordo.Sync.Engine.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

internal sealed class SwitchableCost : INetworkCost
{
    private volatile bool _isMetered;

    public bool IsMetered
    {
        get => _isMetered;
        set => _isMetered = value;
    }
}
