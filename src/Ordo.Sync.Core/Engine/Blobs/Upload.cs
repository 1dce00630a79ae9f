using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Brings one blob into one scope of the hub: offers it, sends what the hub lacks, offers it again. The hub says where to go on,
/// so a cut costs the chunks that were on their way.
/// </summary>
internal sealed class Upload
{
    // Chunks at once; the lane's budget of bytes bounds them before.
    private const int ParallelMax = 4;
    private const int OffersMax = 5;

    private readonly BlobServices _services;
    private readonly IBlobTransport _transport;
    private readonly BlobManifest _manifest;
    private readonly string _scope;
    private readonly IProgress<BlobProgress>? _progress;
    private readonly RateMeter _rate;
    private long _left;

    public Upload(
        BlobServices services,
        IBlobTransport transport,
        BlobManifest manifest,
        string scope,
        IProgress<BlobProgress>? progress)
    {
        _services = services;
        _transport = transport;
        _manifest = manifest;
        _scope = scope;
        _progress = progress;
        _rate = new RateMeter(services.Time);
        _left = manifest.Length;
    }

    public BlobProgress Progress => new(
        _manifest.Id,
        _scope,
        BlobDirection.Upload,
        _manifest.Length - Interlocked.Read(ref _left),
        _manifest.Length,
        _rate.BytesPerSecond);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var offer = new BlobOffer(_scope, _manifest);
        for (int attempt = 0; attempt < OffersMax; attempt++)
        {
            BlobOfferAnswer answer = await _transport.OfferAsync(offer, cancellationToken).ConfigureAwait(false);
            if (answer.IsComplete)
            {
                Interlocked.Exchange(ref _left, 0);
                _progress?.Report(Progress);
                return;
            }

            try
            {
                await SendAsync(answer, cancellationToken).ConfigureAwait(false);
            }
            catch (SyncException exception) when (attempt < OffersMax - 1 && exception.Code == SyncErrorCode.TransferVoid)
            {
                // The hub has forgotten the offer (it was long ago): offer again.
            }
        }

        throw new SyncException(
            SyncErrorCode.TransferVoid,
            $"The hub {_transport.PeerName} asks for the same chunks of {_manifest.Id} again and again.",
            "Its store may be losing them; see its log.");
    }

    private async ValueTask SendAsync(BlobOfferAnswer answer, CancellationToken cancellationToken)
    {
        // The same chunk may come more than once in a blob; it is sent once.
        var missing = new List<int>();
        var seen = new HashSet<ContentHash>();
        long left = 0;
        foreach (int index in answer.Missing)
        {
            if (index >= _manifest.Chunks.Length)
            {
                throw new SyncException(
                    SyncErrorCode.Malformed, $"The hub {_transport.PeerName} asks for chunk {index} of {_manifest.Chunks.Length}.");
            }

            if (seen.Add(_manifest.Chunks[index].Hash))
            {
                missing.Add(index);
                left += _manifest.Chunks[index].Length;
            }
        }

        Interlocked.Exchange(ref _left, left);
        _progress?.Report(Progress);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelMax, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, options, SendAsync).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(int index, CancellationToken cancellationToken)
    {
        BlobChunk chunk = _manifest.Chunks[index];
        using IDisposable place = await _services.Lane
            .EnterAsync(chunk.Length, static () => false, cancellationToken).ConfigureAwait(false);
        byte[] buffer = ChunkBuffers.Rent();
        try
        {
            Memory<byte> content = buffer.AsMemory(0, chunk.Length);

            // The hub hashes what comes: only what it refuses is worth a second hash here.
            await ReadAsync(chunk, content, verifies: false, cancellationToken).ConfigureAwait(false);
            try
            {
                await _transport.PutChunkAsync(_scope, _manifest.Id, index, content, cancellationToken).ConfigureAwait(false);
            }
            catch (SyncException exception) when (exception.Code == SyncErrorCode.BlobDamaged)
            {
                await ReadAsync(chunk, content, verifies: true, cancellationToken).ConfigureAwait(false);
                await _transport.PutChunkAsync(_scope, _manifest.Id, index, content, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ChunkBuffers.Return(buffer);
        }

        _services.Lane.CountSent(chunk.Length);
        _rate.Add(chunk.Length);
        Interlocked.Add(ref _left, -chunk.Length);
        _progress?.Report(Progress);
    }

    private async ValueTask ReadAsync(
        BlobChunk chunk, Memory<byte> content, bool verifies, CancellationToken cancellationToken)
    {
        if (!await _services.Blobs.TryReadChunkAsync(chunk, content, verifies, cancellationToken).ConfigureAwait(false))
        {
            throw new SyncException(
                SyncErrorCode.BlobDamaged,
                $"The chunk {chunk.Hash} of the blob {_manifest.Id} is damaged or gone here, and the hub does not have it.",
                "Import the content again.");
        }
    }
}
