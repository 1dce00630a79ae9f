using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>Sees what a store commits.</summary>
internal interface ICommitWitness
{
    /// <summary>The store is open, with what the life before left.</summary>
    ValueTask OpenedAsync(IRecordStore store);

    /// <summary>Reads, inside of the transaction, what has to be judged besides what it changed.</summary>
    ValueTask CompleteAsync(CommitImage image, IStoreSnapshot transaction);

    /// <summary>Reads, inside of the transaction, what a scope held that is about to be dropped.</summary>
    ValueTask DroppingAsync(CommitImage image, string scope, IStoreSnapshot transaction);

    /// <summary>It is committed.</summary>
    void Committed(CommitImage image);
}
