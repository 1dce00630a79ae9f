using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Outcomes;

/// <summary>The content of this device's writes that a hub refused: kept until somebody deals with it. Durable.</summary>
public static class RejectedWrites
{
    /// <summary>Keeps a refused version, in a transaction of the caller.</summary>
    public static ValueTask AddAsync(
        IStoreTransaction transaction,
        string scope,
        RejectedWrite write,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(write);
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        VersionNotesCodec.Write(ref writer, write.Rejection);
        writer.Write(HistoryCodec.Encode(write.Content).Span);
        writer.Flush();
        return transaction.SetLocalAsync(
            AreaOf(scope), NameOf(write.Content.Key, write.Content.Version), output.WrittenSpan.ToArray(), cancellationToken);
    }

    /// <summary>
    /// Keeps the content of a version that was refused, if a record still holds it and it was not kept before; whoever learns of
    /// the refusal first calls this, since the next version from the peer takes the content away.
    /// </summary>
    /// <param name="transaction">The transaction of the caller, before it logs the outcome.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="record">The record as it is held here.</param>
    /// <param name="version">The refused version.</param>
    /// <param name="rejection">Why.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async ValueTask KeepAsync(
        IStoreTransaction transaction,
        string scope,
        StoredRecord? record,
        GlobalDot version,
        Rejection rejection,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        LoggedOutcome? logged = await OutcomeLog.FindAsync(transaction, scope, version, cancellationToken)
            .ConfigureAwait(false);
        if (logged?.Entry.Outcome == WriteOutcome.Rejected)
        {
            // Kept when it was logged; a person may have let it go since.
            return;
        }

        foreach (RecordVersion held in record?.Versions ?? [])
        {
            if (!held.IsCarrier && transaction.Replicas.Globalize(held.Dot) == version)
            {
                var content = new HistoryEntry(
                    record!.Key, version, held.Timestamp, held.Author, held.Payload, held.Annotations);
                await AddAsync(transaction, scope, new RejectedWrite(content, rejection), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Forgets a refused version.</summary>
    public static ValueTask RemoveAsync(
        IStoreTransaction transaction,
        string scope,
        RecordKey key,
        GlobalDot version,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.RemoveLocalAsync(AreaOf(scope), NameOf(key, version), cancellationToken);
    }

    /// <summary>Reads refused versions of a scope, by collection and key.</summary>
    public static async ValueTask<IReadOnlyList<RejectedWrite>> ListAsync(
        IStoreSnapshot snapshot,
        string scope,
        RejectedWrite? after,
        int countMax,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        string? afterName = after is null ? null : NameOf(after.Content.Key, after.Content.Version);
        IReadOnlyList<LocalEntry> entries = await snapshot
            .ListLocalAsync(AreaOf(scope), afterName, countMax, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => Decode(entry.Value))];
    }

    private static RejectedWrite Decode(ReadOnlyMemory<byte> bytes) =>
        StoredForm.Decode(bytes, "a refused write", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            Rejection rejection = VersionNotesCodec.ReadRejection(ref reader);
            ReadOnlySequence<byte> content = reader.ReadBytes() ?? default;
            return new RejectedWrite(HistoryCodec.Decode(content.ToArray()), rejection);
        });

    private static string AreaOf(string scope) => $"rejected/{scope}";

    private static string NameOf(RecordKey key, GlobalDot version) => $"{key.Collection}/{key.Key}/{version}";
}
