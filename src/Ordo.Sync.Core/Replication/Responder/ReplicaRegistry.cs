using System.Collections.Concurrent;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Responder;

/// <summary>
/// Which replica belongs to which principal: durable, first come, first served. A device may bring only versions of replicas
/// that are registered to its principal. Thread-safe.
/// </summary>
public sealed class ReplicaRegistry(IRecordStore store)
{
    private const string Area = "replicas";

    private readonly ConcurrentDictionary<ReplicaId, string> _owners = new();

    /// <summary>Registers a replica to a principal, unless it is already.</summary>
    /// <exception cref="SyncException">It is registered to another principal.</exception>
    public async ValueTask RegisterAsync(
        ReplicaId replica, string principal, CancellationToken cancellationToken = default)
    {
        if (await IsRegisteredAsync(replica, principal, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        string? owner = Read(await transaction
            .GetLocalAsync(Area, replica.ToString(), cancellationToken).ConfigureAwait(false));
        if (owner is not null && !string.Equals(owner, principal, StringComparison.Ordinal))
        {
            throw Refused(replica);
        }

        await transaction.SetLocalAsync(Area, replica.ToString(), Encoding.UTF8.GetBytes(principal), cancellationToken)
            .ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        _owners[replica] = principal;
    }

    /// <summary>Whether a replica is registered to a principal.</summary>
    /// <exception cref="SyncException">It is registered to another principal.</exception>
    public async ValueTask<bool> IsRegisteredAsync(
        ReplicaId replica, string principal, CancellationToken cancellationToken = default)
    {
        string? owner = await LoadAsync(replica, cancellationToken).ConfigureAwait(false);
        return owner is not null
            && (string.Equals(owner, principal, StringComparison.Ordinal) ? true : throw Refused(replica));
    }

    /// <summary>The principal a replica is registered to; <see langword="null"/> for none.</summary>
    public async ValueTask<string?> LoadAsync(ReplicaId replica, CancellationToken cancellationToken = default)
    {
        if (_owners.TryGetValue(replica, out string? owner))
        {
            return owner;
        }

        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        owner = Read(await snapshot.GetLocalAsync(Area, replica.ToString(), cancellationToken).ConfigureAwait(false));
        if (owner is not null)
        {
            _owners[replica] = owner;
        }

        return owner;
    }

    /// <summary>Whether a replica asked about before belongs to a principal; only what is in memory counts.</summary>
    public bool IsKnownAs(ReplicaId replica, string principal) =>
        _owners.TryGetValue(replica, out string? owner) && string.Equals(owner, principal, StringComparison.Ordinal);

    private static string? Read(ReadOnlyMemory<byte>? value) =>
        value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    private static SyncException Refused(ReplicaId replica) => new(
        SyncErrorCode.IdentityRefused,
        $"The replica {replica} is registered to another principal.",
        "A store that changes hands takes a new incarnation.");
}
