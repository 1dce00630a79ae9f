using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
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

    private const string CountArea = "replica-counts";

    // No principal is called so.
    private const string Nobody = "\0";

    private readonly ConcurrentDictionary<ReplicaId, string> _owners = new();

    /// <summary>
    /// Whether a replica may be registered whose writes are here already: a relay brought them, and its id stands in pages for everybody
    /// to read. The default is no.
    /// </summary>
    public bool AdoptsRelayed { get; init; }

    /// <summary>The most replicas of one principal; anonymous callers are not counted. The default is no bound.</summary>
    public int CountMax { get; init; } = int.MaxValue;

    /// <summary>Registers a replica to a principal, unless it is already.</summary>
    /// <exception cref="SyncException">
    /// It is registered to another principal, or known here by way of others alone, or the principal has as many as it may have.
    /// </exception>
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

        if (owner is null)
        {
            if (!AdoptsRelayed && transaction.Replicas.IndexOf(replica) >= 0)
            {
                throw new SyncException(
                    SyncErrorCode.IdentityRefused,
                    $"The replica {replica} is known here by way of others; whether the caller is it nobody can tell.",
                    "Take a new replica id and go on under it: nothing is lost.");
            }

            await CountAsync(transaction, principal, cancellationToken).ConfigureAwait(false);
        }

        await transaction.SetLocalAsync(Area, replica.ToString(), Encoding.UTF8.GetBytes(principal), cancellationToken)
            .ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        _owners[replica] = principal;
    }

    /// <summary>Keeps an id from ever being registered: a generation's name, under which nobody may write.</summary>
    internal static ValueTask ReserveAsync(
        IStoreTransaction transaction, ReplicaId replica, CancellationToken cancellationToken) =>
        transaction.SetLocalAsync(Area, replica.ToString(), Encoding.UTF8.GetBytes(Nobody), cancellationToken);

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

    // A store numbers a limited count of replicas, for all principals together.
    private async ValueTask CountAsync(IStoreTransaction transaction, string principal, CancellationToken cancellationToken)
    {
        if (principal.Length == 0)
        {
            return;
        }

        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(principal)));
        ReadOnlyMemory<byte>? stored = await transaction.GetLocalAsync(CountArea, key, cancellationToken).ConfigureAwait(false);
        int count = stored is { Length: sizeof(int) } value ? BinaryPrimitives.ReadInt32LittleEndian(value.Span) : 0;
        if (count >= CountMax)
        {
            throw new SyncException(
                SyncErrorCode.Forbidden,
                $"The caller has introduced {count} replicas, as many as it may.",
                "Ask whoever runs the hub to allow more.");
        }

        byte[] raised = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(raised, count + 1);
        await transaction.SetLocalAsync(CountArea, key, raised, cancellationToken).ConfigureAwait(false);
    }

    private static string? Read(ReadOnlyMemory<byte>? value) =>
        value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    private static SyncException Refused(ReplicaId replica) => new(
        SyncErrorCode.IdentityRefused,
        $"The replica {replica} is registered to another principal.",
        "A store that changes hands takes a new incarnation.");
}
