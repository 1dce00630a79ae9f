using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>
/// Makes the stores that <see cref="RecordStoreConformance"/> examines. One factory may serve checks in parallel.
/// </summary>
public interface IRecordStoreFactory
{
    /// <summary>Whether <see cref="ReopenAsync"/> works: whether the store is durable.</summary>
    bool CanReopen { get; }

    /// <summary>Makes a store on an empty medium of its own, not opened yet.</summary>
    ValueTask<IRecordStore> CreateAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes another store on the medium of one that is disposed, as a restart does; not opened yet.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanReopen"/> is false.</exception>
    ValueTask<IRecordStore> ReopenAsync(IRecordStore disposed, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether <see cref="CopyAsync"/> works: whether the store's medium can be copied, as a backup or an image of a machine is. The
    /// default is no.
    /// </summary>
    bool CanCopy => false;

    /// <summary>Makes a store on a copy of the medium of one that is disposed; not opened yet.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanCopy"/> is false.</exception>
    ValueTask<IRecordStore> CopyAsync(IRecordStore disposed, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The medium of these stores cannot be copied.");

    /// <summary>
    /// Deletes the medium of a store that is disposed. Called for each store made, reopened ones too.
    /// </summary>
    ValueTask DeleteAsync(IRecordStore disposed);
}
