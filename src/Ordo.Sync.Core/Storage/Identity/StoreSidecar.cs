using System.Buffers.Binary;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage.Identity;

/// <summary>
/// The file beside a store, never part of its backups, by which an opening store notices that it is a copy or went back in time:
/// such a store would issue dots twice. It names the machine, the store's file, a nonce that changes with every opening and stands
/// in the store too, and how far the store had counted. Where they do not agree, the store takes a new incarnation. It also names the
/// incarnations there were: one that the store took after what it was put back to is not known in the store.
/// </summary>
/// <remarks>
/// What no sidecar can see (a machine image put back whole, a copy written into the store's own files together with its sidecar)
/// is found by the peers: by the lease chain, or by a counter of this store that a peer knows and it does not.
/// </remarks>
/// <param name="path">The sidecar's file.</param>
/// <param name="storeFile">The store's file: one that stays the same for the store's life.</param>
/// <param name="entropy">Where nonces and incarnations come from.</param>
public sealed class StoreSidecar(string path, string storeFile, EntropySource entropy)
{
    /// <summary>The area of local entries in which a store keeps its nonce.</summary>
    public const string Area = "sidecar";

    private const string NonceKey = "nonce";
    private const int BytesMax = 4096;

    private SidecarState? _state;

    /// <summary>Why the store took a new incarnation when it opened; <see langword="null"/> where it did not.</summary>
    public string? Doubt { get; private set; }

    /// <summary>
    /// Why the sidecar could not be written when the store opened; <see langword="null"/> where it was. The store works on; at its
    /// next opening it compares what was written before.
    /// </summary>
    public Exception? Failure { get; private set; }

    /// <summary>Compares a store that has just been opened with its sidecar, renews its incarnation in doubt, binds both anew.</summary>
    /// <exception cref="SyncException">The store failed.</exception>
    public async ValueTask BindAsync(IRecordStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        UInt128? nonce = await ReadNonceAsync(transaction, cancellationToken).ConfigureAwait(false);
        SidecarState? before = Read();
        string machine = FileIdentity.OfMachine();
        string file = FileIdentity.Of(storeFile);
        Doubt = nonce is { } known ? WhyDoubted(before, machine, file, known, transaction) : null;
        ReplicaId[] former = before is null ? [] : [.. before.Former, before.Replica];
        if (Doubt is not null)
        {
            await Incarnations.RenewAsync(transaction, entropy, cancellationToken).ConfigureAwait(false);
            await Incarnations.NoteFormerAsync(transaction, former, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<ReplicaId> own = await Incarnations.ListAsync(transaction, cancellationToken).ConfigureAwait(false);

        UInt128 next = DrawNonce();
        byte[] bytes = new ReplicaId(next).ToByteArray();
        await transaction.SetLocalAsync(Area, NonceKey, bytes, cancellationToken).ConfigureAwait(false);
        SidecarState bound = new SidecarState(
            machine, file, nonce ?? next, next, transaction.Replica, transaction.Counter, IsClosed: false).With(own.Except(former).Concat(former));

        // Both nonces first, the commit, then the new one alone: whichever of them a crash leaves in the store is the one known.
        if (Doubt is null && !TryWrite(bound))
        {
            return;
        }

        try
        {
            await transaction.CommitAsync(Durability.Full, cancellationToken).ConfigureAwait(false);
        }
        catch (SyncException exception) when (Doubt is null && exception.Code == SyncErrorCode.StoreFull)
        {
            // A full store must open, so that room can be made; the nonce before is still the one that both know.
            Failure = exception;
            return;
        }

        _state = bound with { Nonce = next };
        TryWrite(_state);
    }

    /// <summary>Notes how far a store had counted when it was closed in order.</summary>
    public void Close(ReplicaId replica, long counter)
    {
        if (_state is { } bound)
        {
            SidecarState closed = bound with { Replica = replica, Counter = counter, IsClosed = true };
            TryWrite(closed.With(bound.Former.Append(bound.Replica)));
        }
    }

    private static string? WhyDoubted(
        SidecarState? before, string machine, string file, UInt128 nonce, IStoreTransaction store)
    {
        if (before is null)
        {
            return "its sidecar is missing: it was copied or restored here";
        }

        if (Differs(before.Machine, machine))
        {
            return "it was opened on another machine before";
        }

        if (Differs(before.File, file))
        {
            return "its file is another one than that opened before: a copy, or a backup put in its place";
        }

        if (nonce != before.Nonce && nonce != before.Next)
        {
            return "it was opened since this state of it was written: a backup was put in its place";
        }

        bool isSame = before.Replica == store.Replica;
        return before.IsClosed && !(isSame && before.Counter == store.Counter)
            ? "it had counted further, or otherwise, when it was closed: a backup was put in its place"
            : isSame && store.Counter < before.Counter ? "it had counted further when it was opened" : null;
    }

    private static bool Differs(string before, string now) =>
        before.Length > 0 && now.Length > 0 && !string.Equals(before, now, StringComparison.Ordinal);

    private static async ValueTask<UInt128?> ReadNonceAsync(IStoreSnapshot store, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await store.GetLocalAsync(Area, NonceKey, cancellationToken).ConfigureAwait(false);
        return bytes is { Length: ReplicaId.SizeBytes } nonce
            ? BinaryPrimitives.ReadUInt128BigEndian(nonce.Span)
            : null;
    }

    private UInt128 DrawNonce()
    {
        Span<byte> bytes = stackalloc byte[16];
        entropy.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private SidecarState? Read()
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= BytesMax ? SidecarState.Parse(File.ReadAllText(path)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Unreadable is missing: in doubt a new incarnation, which is always safe.
            Failure = exception;
            return null;
        }
    }

    private bool TryWrite(SidecarState state)
    {
        string unfinished = path + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(Encoding.UTF8.GetBytes(state.ToString()));
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception;
            return false;
        }
    }
}
