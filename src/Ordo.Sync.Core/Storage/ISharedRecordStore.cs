using Ordo.Sync.Causality;

namespace Ordo.Sync.Storage;

/// <summary>
/// A store that several processes have open at once, and that lets them tell each other what changed. Together they are one
/// replica. What a process keeps in memory of it may be out of date as soon as it was read.
/// </summary>
public interface ISharedRecordStore : IRecordStore
{
    /// <summary>
    /// Tells the other processes, soon and without waiting, that a scope was changed here by a commit. It may get lost: those who
    /// follow find the change all the same, later.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="origin">Who brought the change; empty where that is not known.</param>
    void Announce(string scope, ReplicaId origin);

    /// <summary>
    /// Has changes reported that other processes make, until the store is disposed. To be called once, after the store is open.
    /// </summary>
    /// <param name="scopes">Gives the scopes that matter at the moment. Called from any thread.</param>
    /// <param name="changed">
    /// Is told a scope and who brought the change (empty where that is not known); it may be told of a change twice, or of its own.
    /// Called from any thread, and must not block.
    /// </param>
    void FollowChanges(Func<IReadOnlyCollection<string>> scopes, Action<string, ReplicaId> changed);
}
