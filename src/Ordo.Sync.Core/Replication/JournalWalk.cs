using System.Runtime.CompilerServices;
using Ordo.Sync.Journal;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication;

/// <summary>Reads the entries of a store's journal one after another, a page at a time.</summary>
internal static class JournalWalk
{
    private const int PageSize = 1_000;

    /// <summary>Reads the entries of one scope, the oldest first.</summary>
    public static async IAsyncEnumerable<JournalEntry> ReadAsync(
        IStoreSnapshot snapshot, string scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long after = 0;
        IReadOnlyList<JournalEntry> page;
        do
        {
            page = await snapshot.ReadJournalAsync(after, PageSize, cancellationToken).ConfigureAwait(false);
            foreach (JournalEntry entry in page)
            {
                after = entry.Sequence;
                if (string.Equals(entry.Scope, scope, StringComparison.Ordinal))
                {
                    yield return entry;
                }
            }
        }
        while (page.Count == PageSize);
    }
}
