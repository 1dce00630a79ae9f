using Ordo.Sync.Errors;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Fetches one blob, for the lane and for all who read it at once: several chunks at a time, first those where somebody reads.
/// Chunks go to the store as they come, so a cut costs those on their way. Runs until it is done, fails, or nobody wants it.
/// </summary>
internal sealed class Download
{
    private const int ParallelMax = 4;
    private const int AttemptsMax = 3;

    private readonly BlobServices _services;
    private readonly IBlobTransport _transport;
    private readonly IReadOnlyList<string> _scopes;
    private readonly DownloadSink _sink;
    private readonly TaskCompletionSource<ChunkMap> _map = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RateMeter _rate;
    private string _scope;
    private int _readerCount;

    /// <summary>Makes a download.</summary>
    /// <param name="services">What it works with.</param>
    /// <param name="transport">The way to the hub.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="scopes">The scopes to ask in, in order; at least one.</param>
    /// <param name="makeRoom">
    /// Makes room for so many bytes, if it can, where disk or quota are full at so many bytes used.
    /// </param>
    public Download(
        BlobServices services,
        IBlobTransport transport,
        BlobId blob,
        IReadOnlyList<string> scopes,
        Func<long, long, CancellationToken, ValueTask<bool>> makeRoom)
    {
        _services = services;
        _transport = transport;
        _scopes = scopes;
        _scope = scopes[0];
        _sink = new DownloadSink(services, blob, makeRoom);
        _rate = new RateMeter(services.Time);
        Blob = blob;
    }

    /// <summary>Raised after each chunk.</summary>
    public event Action<BlobProgress>? Progressed;

    public BlobId Blob { get; }

    /// <summary>Completes with the run; faulted where it failed.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public BlobProgress Progress => _map.Task.IsCompletedSuccessfully && _map.Task.Result is { } map
        ? new BlobProgress(
            Blob, _scope, BlobDirection.Download, map.HeldBytes, map.Manifest.Length, _rate.BytesPerSecond)
        : new BlobProgress(Blob, _scope, BlobDirection.Download, 0, -1, 0);

    public void Start(CancellationToken cancellationToken) => Completion = RunAsync(cancellationToken);

    /// <summary>Somebody reads from now on: chunks do not wait for their turn any more.</summary>
    public void AddReader()
    {
        Interlocked.Increment(ref _readerCount);
        _services.Lane.Pulse();
    }

    public void RemoveReader() => Interlocked.Decrement(ref _readerCount);

    /// <summary>What the blob is made of, once the hub has said so.</summary>
    public async ValueTask<BlobManifest> GetManifestAsync(CancellationToken cancellationToken) =>
        (await _map.Task.WaitAsync(cancellationToken).ConfigureAwait(false)).Manifest;

    /// <summary>Waits for a chunk to be in the store; it is fetched next.</summary>
    public async ValueTask EnsureAsync(int index, CancellationToken cancellationToken)
    {
        ChunkMap map = await _map.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        await map.WaitAsync(index).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // Somebody waits for it.
    private bool IsRead() => Volatile.Read(ref _readerCount) > 0;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        ChunkMap? map = null;
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            BlobManifest manifest = await FetchManifestAsync(cancellationToken).ConfigureAwait(false);
            map = new ChunkMap(manifest);
            _map.SetResult(map);
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    await FetchAsync(map, cancellationToken).ConfigureAwait(false);
                    break;
                }
                catch (SyncException exception) when (
                    exception.Code == SyncErrorCode.BlobMissing && attempt < AttemptsMax && map.WasComplete)
                {
                    // A chunk that was here before had rotted; it is put aside now and fetched like the others.
                    map.Reset();
                }
            }

            await _sink.KeepAsync(manifest, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _map.TrySetException(exception);
            map?.Fail(exception);
            throw;
        }
    }

    private async ValueTask<BlobManifest> FetchManifestAsync(CancellationToken cancellationToken)
    {
        SyncException? refused = null;
        foreach (string scope in _scopes)
        {
            try
            {
                BlobManifest manifest = await _transport.GetManifestAsync(scope, Blob, cancellationToken).ConfigureAwait(false);
                _scope = scope;
                return Check(manifest);
            }
            catch (SyncException exception) when (exception.Code is SyncErrorCode.BlobMissing
                or SyncErrorCode.Forbidden or SyncErrorCode.ScopeRevoked)
            {
                refused = exception;
            }
        }

        throw refused!;
    }

    private BlobManifest Check(BlobManifest manifest)
    {
        if (manifest.Id != Blob)
        {
            throw new SyncException(
                SyncErrorCode.Malformed, $"The hub {_transport.PeerName} was asked for {Blob} and answered with {manifest.Id}.");
        }

        return manifest.Length <= _services.Options.BlobBytesMax
            ? manifest
            : throw new SyncException(
                SyncErrorCode.TooLarge,
                $"The blob {Blob} has {manifest.Length} bytes; {_services.Options.BlobBytesMax} are the most here.",
                "Raise BlobOptions.BlobBytesMax.");
    }

    // Fetches what is missing; hashes the whole in order behind it, while the next chunks come.
    private async ValueTask FetchAsync(ChunkMap map, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ContentHash> hashing = _sink.HashAsync(map, IsRead, stop.Token);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelMax, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(map.TakeAll(), options, (index, token) => FetchAsync(map, index, token))
                .ConfigureAwait(false);
            if (await hashing.ConfigureAwait(false) != Blob.Hash)
            {
                await BlobVerifier.VerifyAsync(_services.Blobs, map.Manifest, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)hashing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask FetchAsync(ChunkMap map, int index, CancellationToken cancellationToken)
    {
        BlobChunk chunk = map.Manifest.Chunks[index];
        if (!await _services.Blobs.HasChunkAsync(chunk, cancellationToken).ConfigureAwait(false))
        {
            using IDisposable place = await _services.Lane
                .EnterAsync(chunk.Length, IsRead, cancellationToken).ConfigureAwait(false);
            await FetchAsync(chunk, index, cancellationToken).ConfigureAwait(false);
        }

        map.SetHeld(index);
        Progressed?.Invoke(Progress);
    }

    private async ValueTask FetchAsync(BlobChunk chunk, int index, CancellationToken cancellationToken)
    {
        byte[] buffer = ChunkBuffers.Rent();
        try
        {
            Memory<byte> content = buffer.AsMemory(0, chunk.Length);
            for (int attempt = 1; ; attempt++)
            {
                await _transport.GetChunkAsync(_scope, Blob, index, content, cancellationToken).ConfigureAwait(false);
                _services.Lane.CountReceived(chunk.Length);
                _rate.Add(chunk.Length);
                await _services.Lane.YieldAsync(IsRead, cancellationToken).ConfigureAwait(false);
                try
                {
                    await _sink.KeepAsync(chunk, content, cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (SyncException exception) when (
                    exception.Code == SyncErrorCode.BlobDamaged && attempt < AttemptsMax)
                {
                    // Changed on its way: what the hub sends it has verified.
                }
            }
        }
        finally
        {
            ChunkBuffers.Return(buffer);
        }
    }
}
