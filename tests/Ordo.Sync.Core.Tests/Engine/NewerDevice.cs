using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

/// <summary>A device with a newer version of the app.</summary>
internal sealed class NewerDevice : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ISyncEngine _engine;

    public NewerDevice(ISyncTransport transport, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.UseTransport(_ => transport);
            sync.Collection<NewerNote>("notes");
            sync.Subscribe(TestDevice.ScopeName);
        });
        _services = services.BuildServiceProvider();
        _engine = _services.GetRequiredService<ISyncEngine>();
    }

    public ISyncCollection<NewerNote> Notes => _engine.Scope(TestDevice.ScopeName).Collection<NewerNote>("notes");

    public async Task SyncAsync() => (await _engine.SyncAsync()).ThrowIfFailed();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
