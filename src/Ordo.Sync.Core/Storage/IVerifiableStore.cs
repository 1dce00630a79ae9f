using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage;

/// <summary>What a store may be besides: able to check the whole of itself for damage. Thread-safe.</summary>
public interface IVerifiableStore
{
    /// <summary>Checks everything that is stored, beside writers. Takes as long as reading it.</summary>
    /// <returns>What is wrong, for people; empty where nothing is.</returns>
    /// <exception cref="SyncException">The store is damaged so badly that the check cannot run.</exception>
    ValueTask<IReadOnlyList<string>> VerifyIntegrityAsync(CancellationToken cancellationToken = default);
}
