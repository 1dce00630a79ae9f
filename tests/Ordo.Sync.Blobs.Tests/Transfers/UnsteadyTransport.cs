using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Blobs.Tests.Transfers;

/// <summary>A way to a hub that counts, fails and damages as a test says.</summary>
internal sealed class UnsteadyTransport(IBlobTransport inner) : IBlobTransport
{
    private int _chunksLeft = int.MaxValue;
    private int _damagesLeft;

    public string PeerName => inner.PeerName;

    /// <summary>The chunks that went out, by index, in order.</summary>
    public ConcurrentQueue<int> Sent { get; } = new();

    /// <summary>The chunks that came in, by index, in order.</summary>
    public ConcurrentQueue<int> Received { get; } = new();

    /// <summary>Called before each chunk.</summary>
    public Func<int, CancellationToken, Task> BeforeChunk { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Fails with this on every call; <see langword="null"/> for none.</summary>
    public SyncException? Failure { get; set; }

    /// <summary>After so many more chunks the network is gone.</summary>
    public void CutAfter(int chunks) => _chunksLeft = chunks;

    /// <summary>So many more chunks are damaged on their way.</summary>
    public void Damage(int chunks) => _damagesLeft = chunks;

    public ValueTask<BlobOfferAnswer> OfferAsync(BlobOffer offer, CancellationToken cancellationToken) =>
        Failure is null ? inner.OfferAsync(offer, cancellationToken) : throw Failure;

    public async ValueTask PutChunkAsync(
        string scope, BlobId blob, int index, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await StepAsync(index, cancellationToken);
        Sent.Enqueue(index);
        await inner.PutChunkAsync(scope, blob, index, Damaged(content), cancellationToken);
    }

    public ValueTask<BlobManifest> GetManifestAsync(string scope, BlobId blob, CancellationToken cancellationToken) =>
        Failure is null ? inner.GetManifestAsync(scope, blob, cancellationToken) : throw Failure;

    public async ValueTask GetChunkAsync(
        string scope, BlobId blob, int index, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await StepAsync(index, cancellationToken);
        Received.Enqueue(index);
        await inner.GetChunkAsync(scope, blob, index, destination, cancellationToken);
        Damaged(destination).CopyTo(destination);
    }

    public ValueTask<ImmutableArray<BlobId>> ListWantedAsync(string scope, CancellationToken cancellationToken) =>
        Failure is null ? inner.ListWantedAsync(scope, cancellationToken) : throw Failure;

    private async Task StepAsync(int index, CancellationToken cancellationToken)
    {
        await BeforeChunk(index, cancellationToken);
        if (Failure is not null || Interlocked.Decrement(ref _chunksLeft) < 0)
        {
            throw Failure ?? new SyncException(SyncErrorCode.Unreachable, "The network is gone.");
        }
    }

    private ReadOnlyMemory<byte> Damaged(ReadOnlyMemory<byte> content)
    {
        if (Interlocked.Decrement(ref _damagesLeft) < 0)
        {
            return content;
        }

        byte[] damaged = content.ToArray();
        damaged[^1] ^= 1;
        return damaged;
    }
}
