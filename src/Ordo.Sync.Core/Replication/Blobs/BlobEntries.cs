using System.Buffers.Binary;
using System.Globalization;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>What this replica remembers of blobs, as local entries of its record store: areas, keys and small values.</summary>
internal static class BlobEntries
{
    /// <summary>Blob and scope: the blob is attached there (<see cref="BlobAttachment"/>).</summary>
    public const string Attached = "blob-attached";

    /// <summary>Scope: bytes and number of the blobs attached there.</summary>
    public const string ScopeUsage = "blob-scope-usage";

    /// <summary>Chunk and scope: somebody who may write in the scope has sent the chunk's content into it.</summary>
    public const string Granted = "blob-granted";

    /// <summary>Blob and scope: an upload under way; when it was last offered, and its manifest.</summary>
    public const string Offered = "blob-offered";

    /// <summary>Scope and blob: attached or referenced there, but not held (any more) in full.</summary>
    public const string Wanted = "blob-wanted";

    /// <summary>Blob: about to be removed; since when, and its manifest.</summary>
    public const string Removing = "blob-removing";

    /// <summary>Blob and record: the record refers to the blob; the length that it says.</summary>
    public const string References = "blob-refs";

    /// <summary>Record: the blobs that it refers to.</summary>
    public const string ReferringRecords = "blob-ref-records";

    /// <summary>Scope: the knowledge up to which references were looked for.</summary>
    public const string Scanned = "blob-scanned";

    private const int PageCount = 500;

    public static string Key(ContentHash hash, string scope) => $"{hash}/{scope}";

    /// <summary>Scopes may hold any character: their length in front makes one no prefix of another.</summary>
    public static string ScopePrefix(string scope) => string.Create(CultureInfo.InvariantCulture, $"{scope.Length}:{scope}/");

    /// <summary>Reads the scope from what <see cref="ScopePrefix"/> made, and what follows it.</summary>
    public static (string Scope, string After) SplitScope(ReadOnlySpan<char> text)
    {
        int colon = text.IndexOf(':');
        int length = int.Parse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture);
        return (text.Slice(colon + 1, length).ToString(), text[(colon + 1 + length + 1)..].ToString());
    }

    /// <summary>The blob that the name of an entry begins with.</summary>
    /// <exception cref="Errors.SyncException">The name is damaged.</exception>
    public static BlobId BlobIn(string name) =>
        StoredForm.ReadName(name, "a blob's", static name => BlobId.Parse(name[..ContentHash.TextLength]));

    /// <summary>What <see cref="Key"/> made one of: a blob and a scope.</summary>
    /// <exception cref="Errors.SyncException">The name is damaged.</exception>
    public static (BlobId Blob, string Scope) Split(string name) =>
        (BlobIn(name), StoredForm.ReadName(name, "a blob and a scope", static name => name[(ContentHash.TextLength + 1)..]));

    /// <summary>The entries whose keys begin with a prefix, in pages.</summary>
    public static async IAsyncEnumerable<LocalEntry> ListAsync(IStoreSnapshot snapshot, string area, string prefix)
    {
        string? after = prefix.Length == 0 ? null : prefix;
        while (true)
        {
            IReadOnlyList<LocalEntry> page = await snapshot
                .ListLocalAsync(area, after, PageCount, CancellationToken.None).ConfigureAwait(false);
            foreach (LocalEntry entry in page)
            {
                if (!entry.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield break;
                }

                yield return entry;
            }

            if (page.Count < PageCount)
            {
                yield break;
            }

            after = page[^1].Key;
        }
    }

    /// <summary>A page of an area, of a snapshot of its own, so that a long walk pins nothing.</summary>
    public static async ValueTask<IReadOnlyList<LocalEntry>> PageAsync(
        IRecordStore store, string area, string? after, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.ListLocalAsync(area, after, PageCount, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether any key begins with a prefix.</summary>
    public static async ValueTask<bool> AnyAsync(
        IStoreSnapshot snapshot, string area, string prefix, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalEntry> first = await snapshot
            .ListLocalAsync(area, prefix, 1, cancellationToken).ConfigureAwait(false);
        return first.Count > 0 && first[0].Key.StartsWith(prefix, StringComparison.Ordinal);
    }

    public static byte[] Numbers(params ReadOnlySpan<long> numbers)
    {
        var bytes = new byte[sizeof(long) * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(sizeof(long) * i), numbers[i]);
        }

        return bytes;
    }

    /// <summary>A number of a value; 0 where the value is shorter, as one of an older version may be.</summary>
    public static long Number(ReadOnlyMemory<byte> value, int index) => value.Length >= sizeof(long) * (index + 1)
        ? BinaryPrimitives.ReadInt64LittleEndian(value.Span[(sizeof(long) * index)..])
        : 0;
}
