using System.Buffers;
using MessagePack;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// The transfers that are not done, durable in local entries of the record store, and in memory beside it. Bounded: what finds
/// no room is found again by a review of references. Thread-safe.
/// </summary>
internal sealed class TransferQueue(BlobServices services)
{
    private const string Area = "blob-transfers";
    private const int CountMax = 100_000;
    private const int ErrorLengthMax = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BlobTransfer> _transfers = new(StringComparer.Ordinal);

    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await services.Records.ReadAsync(cancellationToken).ConfigureAwait(false);
        await foreach (LocalEntry entry in BlobEntries.ListAsync(snapshot, Area, string.Empty)
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            _transfers[entry.Key] = Decode(entry);
        }
    }

    public IReadOnlyList<BlobTransfer> List()
    {
        lock (_lock)
        {
            return [.. _transfers.Values.OrderBy(transfer => transfer.QueuedAt)];
        }
    }

    public bool Contains(BlobDirection direction, BlobId blob)
    {
        lock (_lock)
        {
            return _transfers.Values.Any(transfer => transfer.Direction == direction && transfer.Blob == blob);
        }
    }

    /// <summary>Asks for a transfer, unless it is asked for already.</summary>
    public async ValueTask AddAsync(
        BlobDirection direction, string scope, BlobId blob, CancellationToken cancellationToken)
    {
        var transfer = new BlobTransfer(direction, scope, blob) { QueuedAt = services.Time.GetUtcNow() };
        string key = KeyOf(transfer);
        lock (_lock)
        {
            if (_transfers.Count >= CountMax || !_transfers.TryAdd(key, transfer))
            {
                return;
            }
        }

        await SaveAsync(key, transfer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes how a transfer failed and when it is to be tried again.</summary>
    public async ValueTask FailAsync(
        BlobTransfer transfer, SyncException failure, bool countsAgainstIt, CancellationToken cancellationToken)
    {
        string key = KeyOf(transfer);
        BlobTransfer failed;
        lock (_lock)
        {
            if (!_transfers.TryGetValue(key, out BlobTransfer? present))
            {
                return;
            }

            int failures = present.FailureCount + (countsAgainstIt ? 1 : 0);
            failed = present with
            {
                FailureCount = failures,
                NextAttemptAt = countsAgainstIt
                    ? services.Time.GetUtcNow() + (failure.RetryAfter ?? Backoff(failures, failure.IsTransient))
                    : present.NextAttemptAt,
                ErrorCode = failure.Code,
                Error = failure.Message.Length > ErrorLengthMax ? failure.Message[..ErrorLengthMax] : failure.Message,
            };
            _transfers[key] = failed;
        }

        await SaveAsync(key, failed, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(BlobTransfer transfer, CancellationToken cancellationToken)
    {
        string key = KeyOf(transfer);
        await using IStoreTransaction transaction = await services.Records
            .BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.RemoveLocalAsync(Area, key, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _transfers.Remove(key);
        }
    }

    // Full jitter, never less than a tenth; what will not pass by itself (a right, a quota) is tried at the slowest pace at once.
    private TimeSpan Backoff(int failures, bool isTransient)
    {
        double ceiling = isTransient
            ? Math.Min(
                services.Options.RetryDelayMax.TotalMilliseconds,
                services.Options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30)))
            : services.Options.RetryDelayMax.TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Max(ceiling / 10, ceiling * services.Entropy.NextDouble()));
    }

    private async ValueTask SaveAsync(string key, BlobTransfer transfer, CancellationToken cancellationToken)
    {
        await using IStoreTransaction transaction = await services.Records
            .BeginAsync(cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(Area, key, Encode(transfer), cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a transfer's entry is called.</summary>
    public static string KeyOf(BlobTransfer transfer) =>
        $"{(transfer.Direction == BlobDirection.Upload ? 'u' : 'd')}/{BlobEntries.Key(transfer.Blob.Hash, transfer.Scope)}";

    /// <summary>What is remembered of a transfer beside its name.</summary>
    public static ReadOnlyMemory<byte> Encode(BlobTransfer transfer)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(5);
        writer.Write(transfer.QueuedAt.ToUnixTimeMilliseconds());
        writer.Write(transfer.FailureCount);
        writer.Write(Math.Max(0, transfer.NextAttemptAt.ToUnixTimeMilliseconds()));
        writer.Write((int)(transfer.ErrorCode ?? 0));
        writer.Write(transfer.Error);
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <summary>The transfer that an entry names.</summary>
    /// <exception cref="SyncException">The entry is damaged.</exception>
    public static BlobTransfer Decode(LocalEntry entry) => StoredForm.Decode(entry.Value, "a blob's transfer", value =>
    {
        var reader = new MessagePackReader(value);
        reader.ReadArrayHeader();
        BlobDirection direction = entry.Key[0] == 'u' ? BlobDirection.Upload : BlobDirection.Download;
        BlobId blob = BlobId.Parse(entry.Key.Substring(2, ContentHash.TextLength));
        return new BlobTransfer(direction, entry.Key[(2 + ContentHash.TextLength + 1)..], blob)
        {
            QueuedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()),
            FailureCount = reader.ReadInt32(),
            NextAttemptAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64()),
            ErrorCode = reader.ReadInt32() is not 0 and var code ? (SyncErrorCode)code : null,
            Error = reader.ReadString(),
        };
    });
}
