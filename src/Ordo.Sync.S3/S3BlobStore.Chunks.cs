using System.Buffers;
using Ordo.Sync.S3.Objects;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3;

/// <content>Putting and reading chunks.</content>
public sealed partial class S3BlobStore
{
    // A chunk that is younger need not be made young: sweeps allow for it.
    internal static readonly TimeSpan TouchAge = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async ValueTask<bool> HasChunkAsync(BlobChunk chunk, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        string name = ObjectNames.Chunk(chunk.Hash);
        return await _bucket.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } found
            && found.Length == chunk.Length
            && (_time.GetUtcNow() - found.WrittenAt < TouchAge
                || await _bucket.CopyAsync(name, name, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<BlobChunk> PutChunkAsync(
        ReadOnlyMemory<byte> content, BlobChunk? expected = null, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        BlobChunk chunk = ChunkContent.Identify(content.Span, expected);

        // One at a time writes a chunk, so that it is counted once.
        SemaphoreSlim stripe = StripeOf(chunk.Hash);
        await stripe.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await KeepAsync(chunk, content, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            stripe.Release();
        }

        return chunk;
    }

    /// <inheritdoc/>
    public async ValueTask PutChunkAsync(Stream content, BlobChunk chunk, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        ArgumentNullException.ThrowIfNull(content);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(chunk.Length + 1);
        try
        {
            int length = await content
                .ReadAtLeastAsync(buffer.AsMemory(0, chunk.Length + 1), chunk.Length + 1, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false);
            if (length != chunk.Length)
            {
                throw BlobFailures.ChunkDamaged(
                    chunk, length > chunk.Length ? $"is longer than its {chunk.Length} bytes" : $"has {length} bytes, not {chunk.Length}");
            }

            await PutChunkAsync(buffer.AsMemory(0, length), chunk, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryReadChunkAsync(
        BlobChunk chunk, Memory<byte> destination, bool verifies = true, CancellationToken cancellationToken = default)
    {
        RequireOpen(cancellationToken);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, chunk.Length);
        Memory<byte> content = destination[..chunk.Length];
        int? length = await _bucket
            .ReadAsync(ObjectNames.Chunk(chunk.Hash), content, cancellationToken).ConfigureAwait(false);
        if (length is null)
        {
            return false;
        }

        if (ChunkContent.Matches(content.Span, length.Value, chunk, verifies))
        {
            return true;
        }

        await PutAsideAsync(chunk, cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <inheritdoc/>
    /// <remarks>The chunk is in memory until the stream is disposed: it is not given out before it is verified.</remarks>
    public async ValueTask<Stream?> OpenChunkAsync(BlobChunk chunk, CancellationToken cancellationToken = default)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(chunk.Length);
        bool isRead = false;
        try
        {
            isRead = await TryReadChunkAsync(chunk, buffer, verifies: true, cancellationToken).ConfigureAwait(false);
            return isRead ? new PooledStream(buffer, chunk.Length) : null;
        }
        finally
        {
            if (!isRead)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    // What is held and whole is not written again, but made young; a copy that has changed gives way to what has come.
    private async ValueTask KeepAsync(BlobChunk chunk, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string name = ObjectNames.Chunk(chunk.Hash);
        ObjectInfo? found = await _bucket.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (found?.Length == chunk.Length
            && await IsSameAsync(name, content, cancellationToken).ConfigureAwait(false)
            && await HasChunkAsync(chunk, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (found is null && _usage.Current.ChunkBytes + chunk.Length > _options.BytesMax)
        {
            throw ObjectFailures.QuotaExceeded(Name, $"{_options.BytesMax} bytes of chunks");
        }

        await _bucket.WriteAsync(name, content, cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            _usage.Add(blobs: 0, chunks: 1, chunk.Length);
        }
    }

    private async ValueTask<bool> IsSameAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] held = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            return await _bucket
                .ReadAsync(name, held.AsMemory(0, content.Length), cancellationToken).ConfigureAwait(false) == content.Length
                && held.AsSpan(0, content.Length).SequenceEqual(content.Span);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(held);
        }
    }

    private async ValueTask PutAsideAsync(BlobChunk chunk, CancellationToken cancellationToken)
    {
        string name = ObjectNames.Chunk(chunk.Hash);
        if (await _bucket.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } damaged
            && await _bucket.CopyAsync(name, $"{ObjectNames.Quarantine}{chunk.Hash}", cancellationToken).ConfigureAwait(false))
        {
            await _bucket.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            _usage.Add(blobs: 0, chunks: -1, -damaged.Length);
        }
    }
}
