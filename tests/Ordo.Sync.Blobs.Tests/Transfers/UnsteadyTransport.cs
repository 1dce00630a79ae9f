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
    private int _failedCount;

    public string PeerName => inner.PeerName;

    /// <summary>The chunks that went out, by index, in order.</summary>
    public ConcurrentQueue<int> Sent { get; } = new();

    /// <summary>The chunks that came in, by index, in order.</summary>
    public ConcurrentQueue<int> Received { get; } = new();

    /// <summary>Called before each chunk.</summary>
    public Func<int, CancellationToken, Task> BeforeChunk { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Fails with this on every call; <see langword="null"/> for none.</summary>
    public SyncException? Failure { get; set; }

    /// <summary>What the hub makes of a manifest before it is told.</summary>
    public Func<BlobManifest, BlobManifest> ForgeManifest { get; set; } = manifest => manifest;

    /// <summary>What the hub makes of its answer to an offer before it is told.</summary>
    public Func<BlobOfferAnswer, BlobOfferAnswer> ForgeAnswer { get; set; } = answer => answer;

    /// <summary>The calls that failed because a test said so.</summary>
    public int FailedCount => _failedCount;

    /// <summary>After so many more chunks the network is gone.</summary>
    public void CutAfter(int chunks) => _chunksLeft = chunks;

    /// <summary>So many more chunks are damaged on their way.</summary>
    public void Damage(int chunks) => _damagesLeft = chunks;

    public async ValueTask<BlobOfferAnswer> OfferAsync(BlobOffer offer, CancellationToken cancellationToken)
    {
        RequireWay();
        return ForgeAnswer(await inner.OfferAsync(offer, cancellationToken));
    }

    public async ValueTask PutChunkAsync(
        string scope, BlobId blob, int index, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await StepAsync(index, cancellationToken);
        Sent.Enqueue(index);
        await inner.PutChunkAsync(scope, blob, index, Damaged(content), cancellationToken);
    }

    public async ValueTask<BlobManifest> GetManifestAsync(string scope, BlobId blob, CancellationToken cancellationToken)
    {
        RequireWay();
        return ForgeManifest(await inner.GetManifestAsync(scope, blob, cancellationToken));
    }

    public async ValueTask GetChunkAsync(
        string scope, BlobId blob, int index, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await StepAsync(index, cancellationToken);
        Received.Enqueue(index);
        await inner.GetChunkAsync(scope, blob, index, destination, cancellationToken);
        Damaged(destination).CopyTo(destination);
    }

    public ValueTask<ImmutableArray<BlobId>> ListWantedAsync(string scope, CancellationToken cancellationToken)
    {
        RequireWay();
        return inner.ListWantedAsync(scope, cancellationToken);
    }

    private async Task StepAsync(int index, CancellationToken cancellationToken)
    {
        await BeforeChunk(index, cancellationToken);
        RequireWay();
        if (Interlocked.Decrement(ref _chunksLeft) < 0)
        {
            throw new SyncException(SyncErrorCode.Unreachable, "The network is gone.");
        }
    }

    private void RequireWay()
    {
        if (Failure is not null)
        {
            Interlocked.Increment(ref _failedCount);
            throw Failure;
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
