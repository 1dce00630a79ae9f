using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Engine;
using Ordo.Sync.S3.Tests.Server;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3.Tests;

/// <summary>A file goes from one device to another through a hub that keeps blobs in a bucket, all set up as an app would.</summary>
public sealed class HubOverS3Tests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-s3-hub-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_reaches_another_device_through_a_hub_over_object_storage()
    {
        string bucket = await S3StoreFactory.NewBucketAsync();
        await using WebApplication hub = await StartHubAsync(bucket);
        var address = new Uri($"{hub.Urls.First()}/sync");
        await using ServiceProvider writer = NewDevice("writer", address);
        await using ServiceProvider reader = NewDevice("reader", address);
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);

        ISyncEngine sender = writer.GetRequiredService<ISyncEngine>();
        BlobRef file = await sender.Blobs.ImportAsync(new MemoryStream(content));
        await sender.Scope("course/AAA-2013J").Collection<Paper>("papers").PutAsync("1", new Paper(file));
        (await sender.SyncAsync()).ThrowIfFailed();
        (await sender.Blobs.SyncAsync()).ThrowIfFailed();
        ISyncEngine receiver = reader.GetRequiredService<ISyncEngine>();
        (await receiver.SyncAsync()).ThrowIfFailed();
        await using Stream stream = await receiver.Blobs.OpenReadAsync(file.Id);
        var read = new MemoryStream();
        await stream.CopyToAsync(read);

        Assert.Equal(content, read.ToArray());
        ObjectServer server = await ObjectServer.Shared;
        Assert.Single(server.FilesOf(bucket, $"blobs/manifests/{file.Id}"));
        Assert.NotEmpty(server.FilesOf(bucket, "blobs/chunks/"));
    }

    private async Task<WebApplication> StartHubAsync(string bucket)
    {
        Uri storage = (await ObjectServer.Shared).Address;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddOrdoSyncHub(hub => hub
            .UseSqlite($"Data Source={Path.Combine(_folder.FullName, "hub.db")}")
            .UseS3Blobs(bucket, s3 =>
            {
                s3.ServiceAddress = storage;
                s3.Prefix = "blobs/";
                s3.AccessKey = s3.SecretKey = ObjectServer.Key;
            }));
        WebApplication app = builder.Build();
        app.MapOrdoSync("/sync");
        await app.StartAsync();
        return app;
    }

    private ServiceProvider NewDevice(string name, Uri hub)
    {
        var services = new ServiceCollection();
        services.AddOrdoSync(sync =>
        {
            sync.UseSqlite($"Data Source={Path.Combine(_folder.FullName, name)}.db");
            sync.UseHttp(hub);
            sync.UseFileSystemBlobs(Path.Combine(_folder.FullName, name), options => options.FreeBytesMin = 0);
            sync.Collection<Paper>("papers");
            sync.Subscribe("course/AAA-2013J");
            sync.SyncManually();
        });
        return services.BuildServiceProvider();
    }

    public sealed record Paper(BlobRef? File);
}
