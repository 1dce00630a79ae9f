using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Keeps chunks under their hashes and the manifests of blobs held in full. It knows nothing of scopes, records and rights:
/// those are the floors' above. Nothing is believed: a chunk is hashed before it is kept and whenever it is read.
/// </summary>
/// <remarks>
/// All members are thread-safe. Failures of the medium are <see cref="SyncException"/>s with a storage code;
/// <see cref="SyncErrorCode.StoreFull"/> and <see cref="SyncErrorCode.QuotaExceeded"/> leave no trace of what was being written.
/// </remarks>
public interface IBlobStore : IAsyncDisposable
{
    /// <summary>What the store is called in messages: a folder, a bucket.</summary>
    string Name { get; }

    /// <summary>What it holds at the moment.</summary>
    BlobUsage Usage { get; }

    /// <summary>Creates or opens the store. To be called once, before anything else.</summary>
    ValueTask OpenAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether a chunk is held, by its hash and length. A chunk that was asked about is young again to
    /// <see cref="SweepAsync"/>: who has been told that it is held may rely on it for a grace period.
    /// </summary>
    ValueTask<bool> HasChunkAsync(BlobChunk chunk, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps a chunk; one that is held is kept once. It outlives the process at once, and a power failure once a manifest names it
    /// (<see cref="PutManifestAsync"/>): what is torn before counts as damaged, so as not held, when it is read.
    /// </summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="expected">What it should be; <see langword="null"/> for new content, which is what it is.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <returns>The chunk.</returns>
    /// <exception cref="SyncException">
    /// <see cref="SyncErrorCode.BlobDamaged"/>: the content is not what was expected. Nothing was kept.
    /// </exception>
    ValueTask<BlobChunk> PutChunkAsync(
        ReadOnlyMemory<byte> content, BlobChunk? expected = null, CancellationToken cancellationToken = default);

    /// <summary>The same from a stream, in pieces, so that memory does not grow with the chunk.</summary>
    /// <param name="content">The content; read no further than one byte behind the chunk's length.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <exception cref="SyncException">
    /// <see cref="SyncErrorCode.BlobDamaged"/>: the content is shorter, longer or other than the chunk says. Nothing was kept.
    /// </exception>
    ValueTask PutChunkAsync(Stream content, BlobChunk chunk, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads a chunk and verifies it; <see langword="false"/> where it is not held. One that has changed on the medium is put
    /// aside and counts as not held, so that it can be fetched again.
    /// </summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="destination">Takes its bytes; at least <see cref="BlobChunk.Length"/> long.</param>
    /// <param name="verifies">
    /// <see langword="false"/> only for a caller that hashes the whole blob and reads again, verified, where that fails.
    /// </param>
    /// <param name="cancellationToken">Ends the work.</param>
    ValueTask<bool> TryReadChunkAsync(
        BlobChunk chunk, Memory<byte> destination, bool verifies = true, CancellationToken cancellationToken = default);

    /// <summary>Verifies a chunk and opens it, at its beginning; <see langword="null"/> as in <see cref="TryReadChunkAsync"/>.</summary>
    ValueTask<Stream?> OpenChunkAsync(BlobChunk chunk, CancellationToken cancellationToken = default);

    /// <summary>The manifest of a blob held in full; <see langword="null"/> for others.</summary>
    ValueTask<BlobManifest?> GetManifestAsync(BlobId blob, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a blob one that is held in full: its chunks and then its manifest are durable, names included, when this returns.
    /// Keeps the manifest that is there, if any. That the chunks have the blob's hash together is for the caller to know
    /// (<see cref="BlobVerifier"/>).
    /// </summary>
    /// <exception cref="SyncException">
    /// <see cref="SyncErrorCode.BlobMissing"/>: a chunk is not held. <see cref="SyncErrorCode.QuotaExceeded"/>: too many blobs.
    /// </exception>
    ValueTask PutManifestAsync(BlobManifest manifest, CancellationToken cancellationToken = default);

    /// <summary>
    /// Forgets a blob; its chunks stay until a sweep, or go at once where no other blob needs them and
    /// <paramref name="removesChunks"/> says so.
    /// </summary>
    ValueTask RemoveManifestAsync(BlobId blob, bool removesChunks, CancellationToken cancellationToken = default);

    /// <summary>The blobs held in full, in no order.</summary>
    IAsyncEnumerable<BlobId> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes chunks that no blob held in full is made of and that are older than a grace period: what interrupted imports and
    /// transfers left, and what forgotten blobs leave.
    /// </summary>
    /// <param name="grace">The age from which on such a chunk goes; long enough for the longest interruption of a transfer.</param>
    /// <param name="cancellationToken">Ends the work; what is removed is removed.</param>
    ValueTask<BlobSweep> SweepAsync(TimeSpan grace, CancellationToken cancellationToken = default);
}
