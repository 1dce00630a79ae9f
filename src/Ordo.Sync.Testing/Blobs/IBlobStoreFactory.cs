using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Testing.Blobs;

/// <summary>Makes the stores that <see cref="BlobStoreConformance"/> examines. One factory may serve checks in parallel.</summary>
public interface IBlobStoreFactory
{
    /// <summary>Whether several stores may be open on one medium at once, as instances of a hub are.</summary>
    bool CanShare { get; }

    /// <summary>Makes a store on an empty medium of its own, not opened yet.</summary>
    ValueTask<IBlobStore> CreateAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes another store on the medium of one that is disposed, as a restart does, or (<see cref="CanShare"/>) beside it; not
    /// opened yet.
    /// </summary>
    ValueTask<IBlobStore> ReopenAsync(IBlobStore other, CancellationToken cancellationToken = default);

    /// <summary>Changes a bit of a chunk on the medium, as a disk might.</summary>
    ValueTask DamageAsync(IBlobStore store, ContentHash chunk);

    /// <summary>Lets time go by for all that a store holds.</summary>
    ValueTask AgeAsync(IBlobStore store, TimeSpan by);

    /// <summary>Deletes the medium of a store that is disposed. Called for each store made, reopened ones too.</summary>
    ValueTask DeleteAsync(IBlobStore disposed);
}
