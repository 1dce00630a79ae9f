using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Apply;

/// <summary>
/// Ends a fill whose sender has forgotten deletes. What the sender does not know (written here before the fill began, or come from a
/// peer or a bundle meanwhile) may have lost elsewhere against such a delete; here nothing is left of the delete to decide by. So it is
/// written anew, as where a complete transfer comes to a replica that is behind.
/// </summary>
internal static class FillRestamping
{
    /// <summary>Writes anew, in the caller's transaction, what the sender does not know.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="draft">The scope, with what the fill has taught; the caller saves it.</param>
    /// <param name="senderKnew">What the sender knew at its first page.</param>
    /// <param name="before">The scope before the claim: its exceptions say what the sender knew at each later page.</param>
    /// <param name="now">The time here.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async ValueTask RunAsync(
        IStoreTransaction transaction,
        ScopeDraft draft,
        VersionVector senderKnew,
        ScopeState before,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        ScopeState ofSender = before with { Knowledge = senderKnew };
        HashSet<RecordKey> keys = await UnknownVersions
            .ListAsync(transaction, draft, senderKnew, cancellationToken).ConfigureAwait(false);
        await UnknownVersions.RestampAsync(
            transaction,
            draft,
            keys,
            (key, dot) => !ofSender.ContextOf(key).Contains(dot),
            now,
            cancellationToken).ConfigureAwait(false);
    }
}
