namespace Ordo.Sync.Conflicts;

/// <summary>
/// How concurrent writes to one record of a collection are reconciled. Part of the collection's descriptor, which travels
/// with its records, so that every replica, also a hub that knows none of the app's types, treats them alike.
/// </summary>
public enum ConflictStrategy
{
    /// <summary>
    /// The version with the greatest hybrid timestamp stays, ties broken by replica id and counter; others are dropped.
    /// For data where the newest word is the right one: posts, presence, settings.
    /// </summary>
    LastWriteWins = 1,

    /// <summary>
    /// Concurrent versions stay beside each other, the record is readable with a provisional value, and a person with the right
    /// to approve decides; every version stays in an audit history. For grades and the like.
    /// </summary>
    AcademicRecord = 2,

    /// <summary>
    /// Edits of different fields all survive; of the same field the newer wins and the loser is kept in the record's history.
    /// For profiles and other user data.
    /// </summary>
    MergePreservingHistory = 3,

    /// <summary>
    /// A record in conflict refuses reads and writes until a person resolves it in the inbox. For credentials and the like.
    /// </summary>
    ManualIntervention = 4,

    /// <summary>The app's own pure function of all siblings decides what a reader sees.</summary>
    Custom = 5,
}
