using System.Buffers;
using Amazon.S3;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.S3.Objects;
using Ordo.Sync.S3.Sweeping;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3;

/// <summary>
/// A blob store in a bucket of S3-compatible object storage. Any number of processes may share it: a chunk is an object under its
/// hash, a blob held in full one under its own, and neither ever changes. Rests on what Amazon promises since 2020 and
/// others keep: a write is whole or not at all, and seen by every read and list after it.
/// </summary>
/// <remarks>
/// <para>
/// Chunks that no blob is made of any more go in sweeps, also where a removal asks for them to go at once: whether another process is
/// about to need one is known to a sweep only (<see cref="SweepAsync"/>).
/// </para>
/// <para>
/// Memory is the length of a chunk for each request under way, at most <see cref="S3BlobOptions.RequestsAtOnceMax"/>. The client
/// library tries again what fails for a passing reason; what fails all the same is a <see cref="SyncException"/> with
/// <see cref="SyncErrorCode.StoreBusy"/>.
/// </para>
/// </remarks>
public sealed partial class S3BlobStore : IBlobStore
{
    // A chunk that is younger need not be made young: sweeps allow for it.
    internal static readonly TimeSpan TouchAge = TimeSpan.FromDays(1);

    private const string Format = "ordo-blobs 1";
    private const int StripeCount = 64;

    private readonly IAmazonS3 _client;
    private readonly S3BlobOptions _options;
    private readonly TimeProvider _time;
    private readonly ObjectBucket _bucket;
    private readonly Sweeper _sweeper;
    private readonly EntropySource _entropy;
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, StripeCount).Select(_ => new SemaphoreSlim(1, 1))];
    private readonly UsageCount _usage = new();
    private bool _isOpen;
    private bool _isDisposed;

    /// <summary>Makes a store; <see cref="OpenAsync"/> opens it.</summary>
    /// <param name="client">The client, which the store disposes.</param>
    /// <param name="options">Where and how much to keep.</param>
    /// <param name="time">The clock, which ages are measured by beside the service's; the system's by default.</param>
    /// <param name="entropy">Names what is under way; the system's by default.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public S3BlobStore(
        IAmazonS3 client, S3BlobOptions options, TimeProvider? time = null, EntropySource? entropy = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _client = client;
        _options = options;
        _time = time ?? TimeProvider.System;
        _entropy = entropy ?? EntropySource.System;
        _bucket = new ObjectBucket(client, options);
        _sweeper = new Sweeper(_bucket, _time, _entropy);
    }

    /// <inheritdoc/>
    public string Name => _bucket.Name;

    /// <inheritdoc/>
    /// <remarks>
    /// What the last sweep of any process counted, and what this one has put and removed since it opened the store or swept: what
    /// others do meanwhile shows with the next sweep.
    /// </remarks>
    public BlobUsage Usage => _usage.Current;

    /// <inheritdoc/>
    /// <exception cref="SyncException">
    /// There is no such bucket, this key may not use it, a newer version of the library wrote it, or the service is away.
    /// </exception>
    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isOpen)
        {
            throw new InvalidOperationException($"The blob store '{Name}' is open already.");
        }

        byte[] format = System.Text.Encoding.ASCII.GetBytes(Format);
        byte[]? found = await _bucket.ReadAsync(ObjectNames.Format, bytesMax: 1000, cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            await _bucket.WriteAsync(ObjectNames.Format, format, cancellationToken).ConfigureAwait(false);
        }
        else if (!found.AsSpan().SequenceEqual(format))
        {
            throw new SyncException(
                SyncErrorCode.StoreTooNew, $"The blob store {Name} has a form that this version does not know.", "Upgrade the library.");
        }

        await _usage.LoadAsync(_bucket, cancellationToken).ConfigureAwait(false);
        _isOpen = true;
    }

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
        ArgumentOutOfRangeException.ThrowIfZero(content.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, BlobLimits.ChunkBytesMax);
        var chunk = new BlobChunk(ContentHash.Of(content.Span), content.Length);
        if (expected is { } wanted && wanted != chunk)
        {
            throw ObjectFailures.Damaged(wanted, $"has {content.Length} bytes and the hash {chunk.Hash}");
        }

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
                throw ObjectFailures.Damaged(
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

        if (length == chunk.Length && (!verifies || ContentHash.Of(content.Span) == chunk.Hash))
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

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _sweeper.Dispose();
            _bucket.Dispose();
            _client.Dispose();
            foreach (SemaphoreSlim stripe in _stripes)
            {
                stripe.Dispose();
            }
        }

        return default;
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

    private SemaphoreSlim StripeOf(ContentHash hash) => _stripes[(int)(hash.D % StripeCount)];

    private void RequireOpen(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_isOpen)
        {
            throw new InvalidOperationException($"The blob store '{Name}' is not open: call OpenAsync first.");
        }
    }
}
