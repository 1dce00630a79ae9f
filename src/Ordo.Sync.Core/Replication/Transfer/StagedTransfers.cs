using System.Buffers.Binary;
using Ordo.Sync.Causality;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Transfer;

/// <summary>
/// Which transfers have pages waiting at a replica that answers, and since when nothing was added: whoever began one may never come
/// back. Local entries, written with the pages.
/// </summary>
public static class StagedTransfers
{
    private const string Area = "staged";
    private const int SweptMax = 1_000;

    /// <summary>Notes that a page came.</summary>
    public static ValueTask NoteAsync(
        IStoreTransaction transaction,
        string scope,
        ReplicaId sender,
        DateTimeOffset now,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        byte[] value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, now.ToUnixTimeMilliseconds());
        return transaction.SetLocalAsync(Area, KeyOf(scope, sender), value, cancellationToken);
    }

    /// <summary>Notes that a transfer is over.</summary>
    public static ValueTask RemoveAsync(
        IStoreTransaction transaction, string scope, ReplicaId sender, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.RemoveLocalAsync(Area, KeyOf(scope, sender), cancellationToken);
    }

    /// <summary>
    /// Discards transfers to which nothing was added since a moment, 1,000 at most. Nothing is lost: their senders still have what they
    /// sent, and begin anew when they come back.
    /// </summary>
    /// <returns>The number of transfers discarded.</returns>
    public static async ValueTask<int> SweepAsync(
        IRecordStore store, DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var old = new List<(string Scope, ReplicaId Sender)>();
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            string? after = null;
            IReadOnlyList<LocalEntry> page;
            do
            {
                page = await snapshot.ListLocalAsync(Area, after, SweptMax, cancellationToken).ConfigureAwait(false);
                old.AddRange(page.Where(entry => IsBefore(entry, since))
                    .Select(static entry => StoredForm.ReadName(entry.Key, "a sender and a scope", Parse)));
                after = page.Count == 0 ? after : page[^1].Key;
            }
            while (page.Count == SweptMax && old.Count < SweptMax);
        }

        int count = 0;
        foreach ((string scope, ReplicaId sender) in old)
        {
            count += await DiscardAsync(store, scope, sender, since, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        return count;
    }

    // Looked at again under the scope's lock: its sender may have come back meanwhile.
    private static async ValueTask<bool> DiscardAsync(
        IRecordStore store, string scope, ReplicaId sender, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await store.BeginScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        string key = KeyOf(scope, sender);
        ReadOnlyMemory<byte>? value = await transaction.GetLocalAsync(Area, key, cancellationToken).ConfigureAwait(false);
        if (value is not { } noted || !IsBefore(new LocalEntry(key, noted), since))
        {
            return false;
        }

        await PageInbox.DiscardAsync(transaction, scope, sender, TransferDirection.Push, cancellationToken).ConfigureAwait(false);
        await RemoveAsync(transaction, scope, sender, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static bool IsBefore(LocalEntry entry, DateTimeOffset since) => entry.Value.Length != sizeof(long)
        || BinaryPrimitives.ReadInt64BigEndian(entry.Value.Span) < since.ToUnixTimeMilliseconds();

    private static string KeyOf(string scope, ReplicaId sender) => $"{sender}/{scope}";

    private static (string Scope, ReplicaId Sender) Parse(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        return (key[(slash + 1)..], ReplicaId.Parse(key[..slash]));
    }
}
