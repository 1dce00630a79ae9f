using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Generations;

/// <summary>
/// Which generation each scope of a store is in, and, at hubs, what each generation folded, so that replicas of an earlier one can
/// still be told. Local entries, written in the transaction that renames the scope. What was folded is read only for callers of an
/// earlier generation.
/// </summary>
internal static class GenerationLedger
{
    private const string CurrentArea = "generation";
    private const int GenerationsMax = 1_000;

    /// <summary>Where it stands which generation a scope is in.</summary>
    public static LocalEntryName CurrentOf(string scope) => new(CurrentArea, scope);

    /// <summary>The generation that a scope is in; empty in the first.</summary>
    public static async ValueTask<ReplicaId> ReadCurrentAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? name = await snapshot.GetLocalAsync(CurrentArea, scope, cancellationToken).ConfigureAwait(false);
        return name is { Length: ReplicaId.SizeBytes } bytes ? ReplicaId.Read(bytes.Span) : default;
    }

    /// <summary>Sets the generation that a scope is in.</summary>
    public static ValueTask WriteCurrentAsync(
        IStoreTransaction transaction, string scope, ReplicaId name, CancellationToken cancellationToken) => name.IsEmpty
            ? transaction.RemoveLocalAsync(CurrentArea, scope, cancellationToken)
            : transaction.SetLocalAsync(CurrentArea, scope, name.ToByteArray(), cancellationToken);

    /// <summary>Keeps what a generation folded.</summary>
    public static ValueTask KeepAsync(
        IStoreTransaction transaction, string scope, ScopeGeneration generation, CancellationToken cancellationToken)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        WireFormat.Write(ref writer, generation.Before);
        WireFormat.Write(ref writer, generation.Folded);
        WireFormat.Write(ref writer, generation.Known);
        WireFormat.Write(ref writer, generation.Forgotten);
        writer.Flush();
        return transaction.SetLocalAsync(
            AreaOf(scope), generation.Name.ToString(), output.WrittenSpan.ToArray(), cancellationToken);
    }

    /// <summary>
    /// The generations that followed one, the next first; <see langword="null"/> where that one is not known here, or what followed
    /// it is not kept.
    /// </summary>
    public static async ValueTask<IReadOnlyList<ScopeGeneration>?> ReadAfterAsync(
        IStoreSnapshot snapshot, string scope, ReplicaId generation, CancellationToken cancellationToken)
    {
        var chain = new List<ScopeGeneration>();
        ReplicaId name = await ReadCurrentAsync(snapshot, scope, cancellationToken).ConfigureAwait(false);
        while (name != generation)
        {
            ReadOnlyMemory<byte>? kept = name.IsEmpty ? null : await snapshot
                .GetLocalAsync(AreaOf(scope), name.ToString(), cancellationToken).ConfigureAwait(false);
            if (kept is not { } value || chain.Count == GenerationsMax)
            {
                return null;
            }

            ScopeGeneration found = Decode(name, value);
            chain.Add(found);
            name = found.Before;
        }

        chain.Reverse();
        return chain;
    }

    /// <summary>Forgets the generation of a scope that is left.</summary>
    public static async ValueTask DropAsync(
        IStoreTransaction transaction, string scope, CancellationToken cancellationToken)
    {
        await transaction.RemoveLocalAsync(CurrentArea, scope, cancellationToken).ConfigureAwait(false);
        foreach (LocalEntry entry in await transaction
            .ListLocalAsync(AreaOf(scope), afterKey: null, GenerationsMax, cancellationToken).ConfigureAwait(false))
        {
            await transaction.RemoveLocalAsync(AreaOf(scope), entry.Key, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string AreaOf(string scope) => $"generations/{scope}";

    private static ScopeGeneration Decode(ReplicaId name, ReadOnlyMemory<byte> value) =>
        StoredForm.Decode(value, "a generation of a scope", value =>
        {
            var reader = new MessagePackReader(value);
            ReplicaId before = WireFormat.ReadReplica(ref reader);
            return new ScopeGeneration(name, before, WireFormat.ReadVector(ref reader))
            {
                Known = WireFormat.ReadVector(ref reader),
                Forgotten = WireFormat.ReadVector(ref reader),
            };
        });
}
