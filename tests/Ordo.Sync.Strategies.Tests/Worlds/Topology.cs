namespace Ordo.Sync.Strategies.Tests.Worlds;

/// <summary>Who syncs with whom.</summary>
public enum Topology
{
    /// <summary>All devices with one hub.</summary>
    OneHub,

    /// <summary>Two hubs that sync with each other; A at the first, B at the second.</summary>
    TwoHubs,

    /// <summary>No hub: every device with every other.</summary>
    PeerToPeer,

    /// <summary>All devices with one hub, over HTTP.</summary>
    Http,
}
