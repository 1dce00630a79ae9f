using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A store that stops where a test lets something else happen in between.</summary>
internal sealed class HookedBlobStore(IBlobStore inner) : PassingBlobStore(inner)
{
    /// <summary>Called before a manifest is removed.</summary>
    public Func<BlobId, Task> BeforeRemove { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called after a manifest was removed.</summary>
    public Func<BlobId, Task> AfterRemove { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called before a manifest is put.</summary>
    public Func<BlobId, Task> BeforePut { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether chunks stay until a sweep, as in a bucket that several processes share.</summary>
    public bool KeepsChunks { get; set; }

    public override async ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken)
    {
        await BeforePut(manifest.Id);
        await base.PutManifestAsync(manifest, cancellationToken);
    }

    public override async ValueTask RemoveManifestAsync(BlobId blob, bool removesChunks, CancellationToken cancellationToken)
    {
        await BeforeRemove(blob);
        await base.RemoveManifestAsync(blob, removesChunks && !KeepsChunks, cancellationToken);
        await AfterRemove(blob);
    }
}
