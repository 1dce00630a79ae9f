using System.Security.Cryptography;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Generations;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Session;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>Writes scopes of one store into a bundle: pages as a pull would bring them, all from one state of the store.</summary>
internal sealed class BundleExporter(
    IRecordStore store, CollectionCatalog catalog, BundleWriter writer, UInt128 bundle, ECDsa? signer)
{
    private const int PageBytes = 1024 * 1024;

    /// <summary>Writes a scope.</summary>
    /// <returns>The records written; <see langword="null"/> where the receiver lacks nothing.</returns>
    /// <exception cref="SyncException">The scope is still being received here itself, or a record cannot be read.</exception>
    public async ValueTask<long?> ExportAsync(string scope, GlobalVector known, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        await store.PersistAsync(cancellationToken).ConfigureAwait(false);
        ScopeState state = await snapshot.GetScopeAsync(scope, cancellationToken).ConfigureAwait(false);
        if (!state.Exceptions.IsEmpty)
        {
            throw new SyncException(
                SyncErrorCode.PeerFailed, $"The scope '{scope}' is still being received here itself.", "Sync first.");
        }

        if (state.Knowledge.IsEmpty || GlobalVector.From(state.Knowledge, snapshot.Replicas).IsDominatedBy(known))
        {
            return null;
        }

        var hashes = new List<byte[]>();
        long records = 0;
        HybridTimestamp latest = default;
        TransferCursor? cursor = null;
        do
        {
            BuiltPage page = await PageBuilder.BuildChangesAsync(
                snapshot,
                catalog,
                scope,
                known,
                cursor,
                new ReadBudget(PageBytes, ProtocolLimits.PageRecordsMax),
                cancellationToken).ConfigureAwait(false);
            hashes.Add(SHA256.HashData(page.Bytes.Span));
            records += page.RecordCount;
            latest = HybridTimestamp.Max(latest, page.Latest);
            byte[] numbered = BundlePage.Write(hashes.Count - 1, page.Bytes.Span);
            await writer.WriteAsync(BundleFrameKind.Page, numbered, cancellationToken).ConfigureAwait(false);
            cursor = page.Next;
        }
        while (cursor is not null);

        // Before the end of the scope is written, without which no store takes it in.
        await NoteSpreadAsync(snapshot, scope, latest, cancellationToken).ConfigureAwait(false);
        ReplicaId generation = await GenerationLedger.ReadCurrentAsync(snapshot, scope, cancellationToken).ConfigureAwait(false);
        byte[] hash = BundleScopeEnd.HashOf(bundle, scope, generation, hashes);
        var end = new BundleScopeEnd(
            scope, hashes.Count, records, hash, signer?.ExportSubjectPublicKeyInfo() ?? [], signer?.SignHash(hash) ?? [])
        {
            Generation = generation,
        };
        await writer.WriteAsync(BundleFrameKind.ScopeEnd, end.ToBytes(), cancellationToken).ConfigureAwait(false);
        return records;
    }

    // A store that is open for reading only cannot note it: docs/guides/bundles.md says what that means.
    private async ValueTask NoteSpreadAsync(
        IStoreSnapshot snapshot, string scope, HybridTimestamp latest, CancellationToken cancellationToken)
    {
        if (store.IsReadOnly)
        {
            return;
        }

        if (!await SpreadMark.TryNoteAsync(store, snapshot, scope, latest, cancellationToken).ConfigureAwait(false))
        {
            throw new SyncException(
                SyncErrorCode.TransferVoid,
                $"Versions of the scope '{scope}' were stamped anew while it was written into the bundle.",
                "Export it again.");
        }

        await store.PersistAsync(cancellationToken).ConfigureAwait(false);
    }
}
