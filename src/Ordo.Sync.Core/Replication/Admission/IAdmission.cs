using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Records;

namespace Ordo.Sync.Replication.Admission;

/// <summary>Decides which of the records that a sender brings may stand.</summary>
public interface IAdmission
{
    /// <summary>Whether <see cref="CheckChangeAsync"/> must see also records that are not held yet.</summary>
    bool ReviewsEverything { get; }

    /// <summary>Why the versions of a record cannot stand, whatever is held; <see langword="null"/> where they may.</summary>
    Rejection? CheckVersions(string scope, RemoteRecord arriving, StrategyBehavior behavior);

    /// <summary>Why a change cannot stand, given what is held; <see langword="null"/> where it may.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="behavior">What the collection's strategy does.</param>
    /// <param name="before">The record here; <see langword="null"/> where it is not held.</param>
    /// <param name="after">The record as it would be; <see langword="null"/> where it would be held no longer.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    ValueTask<Rejection?> CheckChangeAsync(
        string scope,
        StrategyBehavior behavior,
        StoredRecord? before,
        StoredRecord? after,
        CancellationToken cancellationToken = default);
}
