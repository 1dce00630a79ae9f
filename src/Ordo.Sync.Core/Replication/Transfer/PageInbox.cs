using System.Buffers;
using System.Globalization;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Transfer;

/// <summary>
/// The durable inbox of a transfer under way from one sender in one scope: pages wait in it until the last one comes, and are
/// applied as one batch then. An interruption resumes or discards; nothing half-received is ever learnt.
/// </summary>
public sealed class PageInbox : IPageSource
{
    private const string HeadKey = "head";

    private readonly IStoreTransaction _transaction;
    private readonly string _area;
    private readonly ReadOnlyMemory<byte> _final;

    private PageInbox(
        IStoreTransaction transaction, string area, int stagedCount, ReadOnlyMemory<byte> final)
    {
        _transaction = transaction;
        _area = area;
        StagedCount = stagedCount;
        _final = final;
    }

    /// <inheritdoc/>
    public int Count => StagedCount + 1;

    private int StagedCount { get; }

    /// <summary>Where it stands what an inbox holds.</summary>
    internal static LocalEntryName HeadOf(string scope, ReplicaId sender, TransferDirection direction) =>
        new(AreaOf(scope, sender, direction), HeadKey);

    /// <summary>Keeps a page.</summary>
    /// <param name="transaction">The transaction to write in.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="sender">The sender's incarnation.</param>
    /// <param name="direction">Who asked for the transfer.</param>
    /// <param name="transfer">The transfer; another one's pages are discarded.</param>
    /// <param name="number">The page's place; must follow the pages there or replace one.</param>
    /// <param name="page">The page.</param>
    /// <param name="bytesMax">The most bytes the inbox takes of one transfer.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns><see langword="false"/> where a page before it is missing.</returns>
    public static async ValueTask<bool> TryStageAsync(
        IStoreTransaction transaction,
        string scope,
        ReplicaId sender,
        TransferDirection direction,
        UInt128 transfer,
        int number,
        ReadOnlyMemory<byte> page,
        long bytesMax,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        string area = AreaOf(scope, sender, direction);
        Head head = await ReadHeadAsync(transaction, area, cancellationToken).ConfigureAwait(false);
        if (head.Transfer != transfer)
        {
            await DiscardAsync(transaction, scope, sender, direction, cancellationToken).ConfigureAwait(false);
            head = new Head(transfer, 0, 0);
        }

        if (number > head.Count)
        {
            return false;
        }

        if (number == head.Count)
        {
            head = new Head(transfer, number + 1, head.Bytes + page.Length);
        }

        if (head.Bytes > bytesMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge,
                $"The transfer of the scope '{scope}' exceeds the inbox's limit of {bytesMax} bytes.",
                "Raise the limit, or sync more often.");
        }

        await transaction.SetLocalAsync(area, KeyOf(number), page, cancellationToken).ConfigureAwait(false);
        await transaction.SetLocalAsync(area, HeadKey, head.ToBytes(), cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Opens a transfer whose last page has come.</summary>
    /// <returns><see langword="null"/> where not all pages before it are there.</returns>
    public static async ValueTask<PageInbox?> TryOpenAsync(
        IStoreTransaction transaction,
        string scope,
        ReplicaId sender,
        TransferDirection direction,
        UInt128 transfer,
        int finalNumber,
        ReadOnlyMemory<byte> final,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        string area = AreaOf(scope, sender, direction);
        if (finalNumber > 0)
        {
            Head head = await ReadHeadAsync(transaction, area, cancellationToken).ConfigureAwait(false);
            if (head.Transfer != transfer || head.Count < finalNumber)
            {
                return null;
            }
        }

        return new PageInbox(transaction, area, finalNumber, final);
    }

    /// <summary>Removes whatever a sender's transfer left.</summary>
    public static async ValueTask DiscardAsync(
        IStoreTransaction transaction,
        string scope,
        ReplicaId sender,
        TransferDirection direction,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        string area = AreaOf(scope, sender, direction);
        Head head = await ReadHeadAsync(transaction, area, cancellationToken).ConfigureAwait(false);
        for (int number = 0; number < head.Count; number++)
        {
            await transaction.RemoveLocalAsync(area, KeyOf(number), cancellationToken).ConfigureAwait(false);
        }

        if (head.Count > 0)
        {
            await transaction.RemoveLocalAsync(area, HeadKey, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PageReader> OpenAsync(int number, CancellationToken cancellationToken = default)
    {
        if (number == StagedCount)
        {
            return PageReader.Open(_final);
        }

        ReadOnlyMemory<byte>? page = await _transaction
            .GetLocalAsync(_area, KeyOf(number), cancellationToken).ConfigureAwait(false);
        return page is { } bytes
            ? PageReader.Open(bytes)
            : throw new SyncException(
                SyncErrorCode.TransferVoid, $"Page {number} of a transfer is missing in the inbox '{_area}'.");
    }

    private static string AreaOf(string scope, ReplicaId sender, TransferDirection direction) =>
        direction == TransferDirection.Push ? $"inbox/{sender}/{scope}" : $"inbox/pull/{sender}/{scope}";

    private static string KeyOf(int number) => number.ToString("D8", CultureInfo.InvariantCulture);

    private static async ValueTask<Head> ReadHeadAsync(
        IStoreTransaction transaction, string area, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await transaction.GetLocalAsync(area, HeadKey, cancellationToken).ConfigureAwait(false);
        return bytes is { } head ? Head.FromBytes(head) : default;
    }

    private readonly record struct Head(UInt128 Transfer, int Count, long Bytes)
    {
        public byte[] ToBytes()
        {
            var output = new ArrayBufferWriter<byte>(48);
            var writer = new MessagePackWriter(output);
            WireFormat.Write(ref writer, Transfer);
            writer.Write(Count);
            writer.Write(Bytes);
            writer.Flush();
            return output.WrittenSpan.ToArray();
        }

        public static Head FromBytes(ReadOnlyMemory<byte> bytes) => StoredForm.Decode(bytes, "the head of an inbox", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            var head = new Head(WireFormat.ReadUInt128(ref reader), reader.ReadInt32(), reader.ReadInt64());
            return head is { Count: >= 0, Bytes: >= 0 } ? head : throw new FormatException("it counts less than nothing.");
        });
    }
}
