using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>"I have this blob and bring it into this scope": the first message of an upload, and each one after a cut.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Manifest">What the blob is made of, as its sender says.</param>
public sealed record BlobOffer(string Scope, BlobManifest Manifest);
