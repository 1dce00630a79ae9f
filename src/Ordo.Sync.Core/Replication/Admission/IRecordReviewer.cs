using Ordo.Sync.Conflicts.Notes;

namespace Ordo.Sync.Replication.Admission;

/// <summary>
/// An app's own rules at the hub: says no to a record that must not stand (a grade above 100, a field only the registrar sets).
/// What is refused goes back to its writer with code, reason and fields; everything else of the sync goes on. Called inside
/// the hub's transaction: keep it fast.
/// </summary>
public interface IRecordReviewer
{
    /// <summary>Why a change must not stand; <see langword="null"/> where it may.</summary>
    ValueTask<Rejection?> ReviewAsync(RecordReview review, CancellationToken cancellationToken = default);
}
