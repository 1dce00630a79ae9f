namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Tells whether the network costs by the byte. Register one as a service where the platform knows (MAUI's connection profiles,
/// NetworkManager); without one, no network does. Must be thread-safe and quick: it is asked before every chunk.
/// </summary>
public interface INetworkCost
{
    /// <summary>Whether the present network is metered: what an app did not open itself waits then.</summary>
    bool IsMetered { get; }
}
