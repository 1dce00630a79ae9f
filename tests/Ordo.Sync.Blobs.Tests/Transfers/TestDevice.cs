using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A device whose files lie in a folder; its records too, where a store is given.</summary>
internal sealed class TestDevice : IAsyncDisposable
{
    public const string ScopeName = "course/AAA-2013J";

    private readonly ServiceProvider _services;

    public TestDevice(
        string folder,
        ISyncTransport records,
        IBlobTransport blobs,
        TimeProvider time,
        Action<OrdoSyncBuilder>? configure = null,
        IRecordStore? store = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            if (store is not null)
            {
                sync.UseStructuredStore(_ => store);
            }

            sync.UseTransport(_ => records);
            sync.UseBlobTransport(_ => blobs);
            sync.UseFileSystemBlobs(folder, options => options.FreeBytesMin = 0);
            sync.ConfigureBlobs(options => options.Chunking = Chunks);
            sync.Collection<Handout>("handouts");
            sync.Subscribe(ScopeName);
            sync.SyncManually();
            configure?.Invoke(sync);
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    /// <summary>Small chunks, so that small files have many.</summary>
    public static ChunkingOptions Chunks { get; } = new() { BytesMin = 4096, BytesMean = 16_384, BytesMax = 65_536 };

    public ISyncEngine Engine { get; }

    public IBlobs Blobs => Engine.Blobs;

    public ISyncCollection<Handout> Handouts => Engine.Scope(ScopeName).Collection<Handout>("handouts");

    /// <summary>Imports content and writes a record that refers to it.</summary>
    public async Task<BlobRef> PublishAsync(string key, byte[] content)
    {
        BlobRef file = await Blobs.ImportAsync(new MemoryStream(content), new BlobImport($"{key}.bin"));
        await Handouts.PutAsync(key, new Handout { Title = key, File = file });
        return file;
    }

    /// <summary>Syncs records and then blobs.</summary>
    public async Task<BlobSyncReport> SyncAsync()
    {
        (await Engine.SyncAsync()).ThrowIfFailed();
        return await Blobs.SyncAsync();
    }

    public async Task<byte[]> ReadAsync(BlobId blob)
    {
        await using Stream stream = await Blobs.OpenReadAsync(blob);
        var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return content.ToArray();
    }

    /// <summary>Starts what runs in the background, as a host would; it ends with the device.</summary>
    public async Task StartAsync()
    {
        foreach (IHostedService service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
