using Microsoft.Extensions.Hosting;

namespace Ordo.Sync.AspNetCore;

/// <summary>
/// Opens the hub's store before any hosted service starts, the web server among them: the first request finds it open, and a
/// store that cannot be opened stops the host instead of failing every request.
/// </summary>
internal sealed class HubStartup(SyncHub hub) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => hub.OpenAsync(cancellationToken).AsTask();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
