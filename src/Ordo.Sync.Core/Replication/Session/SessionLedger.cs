using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Session;

/// <summary>
/// What sessions with one peer remember of a scope, as local entries: what the peer knows, and how far a transfer or a fill has
/// come. Written in the transactions that change what they describe.
/// </summary>
/// <param name="peer">The peer's incarnation; another one is another peer, of which nothing is remembered.</param>
internal sealed class SessionLedger(ReplicaId peer)
{
    private readonly string _peers = $"peer/{peer}";
    private readonly string _pulls = $"pull/{peer}";
    private readonly string _fills = $"fill/{peer}";

    public async ValueTask<GlobalVector?> ReadPeerAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await snapshot.GetLocalAsync(_peers, scope, cancellationToken).ConfigureAwait(false);
        return bytes is { } entry ? GlobalVectorCodec.Decode(entry) : null;
    }

    public ValueTask WritePeerAsync(
        IStoreTransaction transaction, string scope, GlobalVector knowledge, CancellationToken cancellationToken) =>
        transaction.SetLocalAsync(_peers, scope, GlobalVectorCodec.Encode(knowledge), cancellationToken);

    public ValueTask RemovePeerAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(_peers, scope, cancellationToken);

    public async ValueTask<PullProgress?> ReadPullAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await snapshot.GetLocalAsync(_pulls, scope, cancellationToken).ConfigureAwait(false);
        return bytes is not { } entry ? null : StoredForm.Decode(entry, "the progress of a transfer", static entry =>
        {
            var reader = new MessagePackReader(entry);
            return new PullProgress(
                WireFormat.ReadUInt128(ref reader),
                reader.ReadInt32(),
                WireFormat.ReadVector(ref reader),
                CursorFormat.Read(ref reader) ?? throw new FormatException("it names no place to go on from."));
        });
    }

    public ValueTask WritePullAsync(
        IStoreTransaction transaction, string scope, PullProgress progress, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        WireFormat.Write(ref writer, progress.Transfer);
        writer.Write(progress.StagedCount);
        WireFormat.Write(ref writer, progress.Known);
        CursorFormat.Write(ref writer, progress.Cursor);
        writer.Flush();
        return transaction.SetLocalAsync(_pulls, scope, output.WrittenSpan.ToArray(), cancellationToken);
    }

    public ValueTask RemovePullAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(_pulls, scope, cancellationToken);

    public async ValueTask<FillProgress?> ReadFillAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await snapshot.GetLocalAsync(_fills, scope, cancellationToken).ConfigureAwait(false);
        return bytes is not { } entry ? null : StoredForm.Decode(entry, "the progress of a first transfer", static entry =>
        {
            var reader = new MessagePackReader(entry);
            return new FillProgress(
                MessageChecks.Key(reader.ReadString(), reader.ReadString()),
                WireFormat.ReadVector(ref reader),
                WireFormat.ReadVector(ref reader),
                reader.ReadBoolean());
        });
    }

    public ValueTask WriteFillAsync(
        IStoreTransaction transaction, string scope, FillProgress progress, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.Write(progress.After.Collection);
        writer.Write(progress.After.Key);
        WireFormat.Write(ref writer, progress.Knowledge);
        WireFormat.Write(ref writer, progress.Forgotten);
        writer.Write(progress.IsReceived);
        writer.Flush();
        return transaction.SetLocalAsync(_fills, scope, output.WrittenSpan.ToArray(), cancellationToken);
    }

    /// <summary>A fill ends when all was received and no exception is left: until then nobody may learn from the scope.</summary>
    /// <returns>Whether it has ended now.</returns>
    public async ValueTask<bool> TryEndFillAsync(
        IStoreTransaction transaction, string scope, CancellationToken cancellationToken)
    {
        if (await ReadFillAsync(transaction, scope, cancellationToken).ConfigureAwait(false) is not { IsReceived: true }
            || !(await transaction.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false)).Exceptions.IsEmpty)
        {
            return false;
        }

        await RemoveFillAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public ValueTask RemoveFillAsync(IStoreTransaction transaction, string scope, CancellationToken cancellationToken) =>
        transaction.RemoveLocalAsync(_fills, scope, cancellationToken);
}
