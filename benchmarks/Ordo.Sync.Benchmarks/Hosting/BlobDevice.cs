using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>A device with a SQLite store and a folder of blobs, as an app would set it up.</summary>
internal sealed class BlobDevice : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public BlobDevice(string file, Uri hub, bool fetchesAll = false)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={file}");
            sync.UseHttp(hub).AddHttpMessageHandler(() => new ChunkCounter(bytes => Interlocked.Add(ref _chunkBytesBegun, bytes)));
            sync.UseFileSystemBlobs(file + "-blobs");
            sync.ConfigureBlobs(options => options.Downloads =
                fetchesAll ? BlobDownloadPolicy.Everything : BlobDownloadPolicy.OnDemand);
            sync.Collection<Handout>("handouts", c => c.SyncImmediately(false));
            sync.Subscribe(BenchDevice.ScopeName);
            sync.SyncManually();
        });
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<ISyncEngine>();
    }

    private long _chunkBytesBegun;

    public ISyncEngine Engine { get; }

    public IBlobs Blobs => Engine.Blobs;

    public ISyncCollection<Handout> Handouts => Engine.Scope(BenchDevice.ScopeName).Collection<Handout>("handouts");

    /// <summary>The bytes of chunks that this device has begun to send.</summary>
    public long ChunkBytesBegun => Interlocked.Read(ref _chunkBytesBegun);

    public async Task<BlobRef> ImportAsync(string file)
    {
        await using FileStream content = File.OpenRead(file);
        return await Blobs.ImportAsync(content);
    }

    /// <summary>Lets a record refer to a blob, at the hub too.</summary>
    public async Task ReferAsync(BlobRef blob)
    {
        await Handouts.PutAsync("file", new Handout { File = blob });
        await SyncRecordsAsync();
    }

    public async Task SyncRecordsAsync() => (await Engine.SyncAsync()).ThrowIfFailed();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private sealed class ChunkCounter(Action<long> count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Put)
            {
                count(request.Content?.Headers.ContentLength ?? 0);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
