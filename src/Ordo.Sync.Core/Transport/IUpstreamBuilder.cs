using Microsoft.Extensions.DependencyInjection;

namespace Ordo.Sync.Transport;

/// <summary>
/// What can be given a hub above it while an app is configured: a hub that syncs with another one. Transport packages add their
/// <c>SyncWith</c> methods to it.
/// </summary>
public interface IUpstreamBuilder
{
    /// <summary>The app's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>Sets the way to the hub above; the last call counts.</summary>
    void UseUpstream(Func<IServiceProvider, ISyncTransport> create);
}
