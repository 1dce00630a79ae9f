using Ordo.Sync.Causality;

namespace Ordo.Sync.Storage.Identity;

/// <summary>
/// The incarnations of a store: the present one and those before, which its own versions may still name. A new one is always
/// safe; it costs an entry in the vectors of scopes that it writes in.
/// </summary>
public static class Incarnations
{
    /// <summary>The area of local entries that names this store's earlier incarnations.</summary>
    public const string Area = "incarnations";

    private const string FormerArea = "former-incarnations";
    private const int CountMax = 1_000;

    /// <summary>Notes the present incarnation among the earlier ones and takes a new one.</summary>
    /// <returns>The incarnation before.</returns>
    public static async ValueTask<ReplicaId> RenewAsync(
        IStoreTransaction transaction, EntropySource entropy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ReplicaId before = transaction.Replica;
        await transaction.SetLocalAsync(Area, before.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken)
            .ConfigureAwait(false);
        await transaction.RotateAsync(ReplicaId.Create(entropy), cancellationToken).ConfigureAwait(false);
        return before;
    }

    /// <summary>The incarnations there were and the present one, which comes last.</summary>
    public static async ValueTask<IReadOnlyList<ReplicaId>> ListAsync(
        IStoreSnapshot snapshot, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        IReadOnlyList<ReplicaId> earlier = await ReadAsync(snapshot, Area, cancellationToken).ConfigureAwait(false);
        return [.. earlier.Where(replica => replica != snapshot.Replica), snapshot.Replica];
    }

    /// <summary>
    /// Notes incarnations that this store had and does not know of, since it was put back to before it took them. Nothing is written under
    /// them any more; what was, others may still have.
    /// </summary>
    internal static async ValueTask NoteFormerAsync(
        IStoreTransaction transaction, IEnumerable<ReplicaId> former, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ReplicaId> known = await ListAsync(transaction, cancellationToken).ConfigureAwait(false);
        foreach (ReplicaId replica in former.Except(known))
        {
            await transaction.SetLocalAsync(FormerArea, replica.ToString(), ReadOnlyMemory<byte>.Empty, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>The incarnations of which it was told that it had them, and does not know itself.</summary>
    internal static ValueTask<IReadOnlyList<ReplicaId>> ListFormerAsync(
        IStoreSnapshot snapshot, CancellationToken cancellationToken = default) =>
        ReadAsync(snapshot, FormerArea, cancellationToken);

    private static async ValueTask<IReadOnlyList<ReplicaId>> ReadAsync(
        IStoreSnapshot snapshot, string area, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalEntry> entries = await snapshot
            .ListLocalAsync(area, afterKey: null, CountMax, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(static entry => StoredForm.ReadName(entry.Key, "an incarnation's id", ReplicaId.Parse))];
    }
}
