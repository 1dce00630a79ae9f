using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>That a record of a scope refers to a blob.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Length">Its length, as the record says; -1 where it does not.</param>
public readonly record struct BlobReference(string Scope, BlobId Blob, long Length);
