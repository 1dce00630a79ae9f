using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Brings content into a store: reads it once, cuts it, hashes the whole while chunks are hashed and written beside it. Memory is
/// a few chunks, however long the content. What an import that breaks off leaves is swept later.
/// </summary>
public sealed class BlobImporter
{
    // One is read and cut while these are hashed, written and flushed: more than a disk does at once gains nothing.
    private const int WritersMax = 4;

    private readonly IBlobStore _store;
    private readonly ContentChunker _chunker;

    /// <summary>Makes an importer, for one import after another.</summary>
    /// <param name="store">Where the content goes.</param>
    /// <param name="options">How long chunks are; <see cref="ChunkingOptions.Default"/> by default.</param>
    public BlobImporter(IBlobStore store, ChunkingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _chunker = new ContentChunker(options);
    }

    /// <summary>Imports content up to its end.</summary>
    /// <param name="content">The content; read once, from where it stands.</param>
    /// <param name="bytesMax">Longer content is refused.</param>
    /// <param name="progress">Is told how many bytes have been taken.</param>
    /// <param name="cancellationToken">Ends the import; no blob comes of it.</param>
    /// <exception cref="Errors.SyncException">The store is full or failed, or the content is too long.</exception>
    public ValueTask<BlobManifest> ImportAsync(
        Stream content,
        long bytesMax = long.MaxValue,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return ImportAsync(content, bytesMax, progress, _store.PutManifestAsync, cancellationToken);
    }

    /// <summary>Imports content, and has its manifest kept by a caller who has more to say about it in the same moment.</summary>
    internal async ValueTask<BlobManifest> ImportAsync(
        Stream content,
        long bytesMax,
        IProgress<long>? progress,
        Func<BlobManifest, CancellationToken, ValueTask> keep,
        CancellationToken cancellationToken)
    {
        var writing = new Queue<Task<BlobChunk>>(WritersMax);
        var chunks = ImmutableArray.CreateBuilder<BlobChunk>();
        byte[] window = ArrayPool<byte>.Shared.Rent(2 * _chunker.WindowBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int from = 0;
            int to = 0;
            long length = 0;
            while (true)
            {
                (from, to) = await FillAsync(content, window, from, to, cancellationToken).ConfigureAwait(false);
                if (from == to)
                {
                    break;
                }

                ReadOnlyMemory<byte> chunk = window.AsMemory(from, _chunker.FindCut(window.AsSpan(from, to - from)));
                from += chunk.Length;
                length += chunk.Length;
                Require(length, bytesMax);
                while (writing.Count >= WritersMax)
                {
                    chunks.Add(await writing.Dequeue().ConfigureAwait(false));
                }

                writing.Enqueue(WriteAsync(chunk, cancellationToken));
                hash.AppendData(chunk.Span);
                progress?.Report(length);
            }

            while (writing.TryDequeue(out Task<BlobChunk>? last))
            {
                chunks.Add(await last.ConfigureAwait(false));
            }

            var manifest = new BlobManifest(new BlobId(ContentHash.Finish(hash)), chunks.ToImmutable());
            await keep(manifest, cancellationToken).ConfigureAwait(false);
            return manifest;
        }
        finally
        {
            // What is still being written reads memory of its own, but must not outlive the call that owns it.
            await ((Task)Task.WhenAll(writing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private async ValueTask<(int From, int To)> FillAsync(
        Stream content, byte[] window, int from, int to, CancellationToken cancellationToken)
    {
        if (to - from >= _chunker.WindowBytes)
        {
            return (from, to);
        }

        window.AsSpan(from, to - from).CopyTo(window);
        (from, to) = (0, to - from);
        while (to < _chunker.WindowBytes)
        {
            int count = await content.ReadAsync(window.AsMemory(to, (2 * _chunker.WindowBytes) - to), cancellationToken)
                .ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            to += count;
        }

        return (from, to);
    }

    // Copies at once, since the window moves on, and goes on beside the caller.
    private Task<BlobChunk> WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        byte[] copy = ChunkBuffers.Rent();
        chunk.CopyTo(copy);
        return WriteAsync(copy, chunk.Length, cancellationToken);
    }

    private async Task<BlobChunk> WriteAsync(byte[] copy, int length, CancellationToken cancellationToken)
    {
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return await _store.PutChunkAsync(copy.AsMemory(0, length), expected: null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ChunkBuffers.Return(copy);
        }
    }

    private static void Require(long length, long bytesMax)
    {
        if (length > bytesMax)
        {
            throw new Errors.SyncException(
                Errors.SyncErrorCode.TooLarge,
                $"The content is longer than the {bytesMax} bytes that a blob may have here.",
                "Raise BlobOptions.BlobBytesMax here and at the hub.");
        }
    }
}
