using Ordo.Sync.Errors;
using Ordo.Sync.S3.Objects;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3.Sweeping;

/// <summary>
/// Which chunks blobs are made of, as the bucket says. Keeps what it has read, so that each look reads what is new: 8 bytes a chunk,
/// by the first 64 bits of its hash; should two share them, one is kept longer than needed, never removed too early. For one
/// sweep at a time.
/// </summary>
internal sealed class ManifestIndex(ObjectBucket bucket)
{
    private Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public int Count => _entries.Count;

    public static BlobManifest? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return BlobManifestCodec.Decode(bytes);
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.Malformed)
        {
            return null;
        }
    }

    /// <summary>Adds what manifests and intents that begin so name to a set; reads those that are new.</summary>
    public async ValueTask<HashSet<ulong>> ReadAsync(CancellationToken cancellationToken)
    {
        var referenced = new HashSet<ulong>();

        // Intents first: whoever has ended one since has written the manifest before.
        await foreach (ObjectInfo intent in bucket.ListAsync(ObjectNames.Intents, cancellationToken).ConfigureAwait(false))
        {
            referenced.UnionWith((await ReadAsync(intent, cancellationToken).ConfigureAwait(false)).Chunks);
        }

        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        await foreach (ObjectInfo manifest in bucket.ListAsync(ObjectNames.Manifests, cancellationToken).ConfigureAwait(false))
        {
            if (!_entries.TryGetValue(manifest.Name, out Entry entry) || entry.WrittenAt != manifest.WrittenAt)
            {
                entry = await ReadAsync(manifest, cancellationToken).ConfigureAwait(false);
            }

            entries[manifest.Name] = entry;
            referenced.UnionWith(entry.Chunks);
        }

        _entries = entries;
        return referenced;
    }

    private async ValueTask<Entry> ReadAsync(ObjectInfo manifest, CancellationToken cancellationToken)
    {
        byte[]? bytes = await bucket
            .ReadAsync(manifest.Name, BlobLimits.ManifestBytesMax, cancellationToken).ConfigureAwait(false);

        // One that is damaged needs no chunks: whoever reads it puts it aside.
        return new Entry(
            manifest.WrittenAt,
            bytes is not null && Decode(bytes) is { } decoded ? [.. decoded.Chunks.Select(chunk => chunk.Hash.A)] : []);
    }

    private readonly record struct Entry(DateTimeOffset WrittenAt, ulong[] Chunks);
}
