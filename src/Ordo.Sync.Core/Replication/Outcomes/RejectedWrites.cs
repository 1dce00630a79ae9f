using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Conflicts.Notes;
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

    private static RejectedWrite Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        Rejection rejection = VersionNotesCodec.ReadRejection(ref reader);
        ReadOnlySequence<byte> content = reader.ReadBytes() ?? default;
        return new RejectedWrite(HistoryCodec.Decode(content.ToArray()), rejection);
    }

    private static string AreaOf(string scope) => $"rejected/{scope}";

    private static string NameOf(RecordKey key, GlobalDot version) => $"{key.Collection}/{key.Key}/{version}";
}
