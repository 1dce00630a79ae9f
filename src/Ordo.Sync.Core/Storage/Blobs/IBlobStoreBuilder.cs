namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Whatever is given a blob store while it is configured: an engine, a hub. Storage packages add their <c>Use…</c> methods to it.
/// </summary>
public interface IBlobStoreBuilder
{
    /// <summary>Sets where blobs are kept; the last call counts. The host opens and disposes it.</summary>
    void SetBlobStore(Func<IServiceProvider, IBlobStore> create);
}
