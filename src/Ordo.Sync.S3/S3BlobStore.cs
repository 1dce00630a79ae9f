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
