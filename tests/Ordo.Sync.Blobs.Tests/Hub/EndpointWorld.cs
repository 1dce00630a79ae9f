using System.Net;
using System.Text.Json;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Hub;

/// <summary>What tests of a hub's endpoints have in common: some content, how it goes up, how refusals are told.</summary>
public abstract class EndpointWorld : IDisposable
{
    internal const string Scope = "course/a";

    internal TestFolder Folder { get; } = new();

    internal byte[] Bytes { get; } = Content.Of(250_000);

    internal BlobManifest Manifest => field ??= Manifests.Of(Bytes, 100_000);

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal ReadOnlyMemory<byte> Chunk(int index) =>
        Bytes.AsMemory((int)Manifest.OffsetOf(index), Manifest.Chunks[index].Length);

    internal async Task SendAsync(HttpBlobTransport transport, string scope, BlobManifest manifest)
    {
        foreach (int index in (await transport.OfferAsync(new BlobOffer(scope, manifest))).Missing)
        {
            await transport.PutChunkAsync(scope, manifest.Id, index, Chunk(index));
        }
    }

    internal async Task UploadAsync(HttpBlobTransport transport)
    {
        await SendAsync(transport, Scope, Manifest);
        Assert.True((await transport.OfferAsync(new BlobOffer(Scope, Manifest))).IsComplete);
    }

    internal static Uri Address(BlobHub hub, string path, string blob, string index) => new(
        $"{hub.Address}/v1/blobs/{path}?scope={Uri.EscapeDataString(Scope)}&blob={Uri.EscapeDataString(blob)}"
        + $"&index={Uri.EscapeDataString(index)}");

    internal static async Task RefusedAsync(SyncErrorCode code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<SyncException>(call)).Code);

    internal static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, SyncErrorCode code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal((int)code, problem.RootElement.GetProperty("ordoCode").GetInt32());
    }
}
