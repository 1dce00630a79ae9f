using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Apply;

/// <summary>Is told of each record that a batch changes, inside its transaction: to be published once it is committed.</summary>
public interface IChangeSink
{
    /// <summary>Takes note of a change.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="before">The record before; <see langword="null"/> where it was not held.</param>
    /// <param name="after">The record after; <see langword="null"/> where it is no longer held.</param>
    void OnChanged(string scope, StoredRecord? before, StoredRecord? after);
}
