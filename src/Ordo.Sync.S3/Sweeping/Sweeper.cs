using Ordo.Sync.Causality;
using Ordo.Sync.S3.Objects;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3.Sweeping;

/// <summary>
/// Removes chunks that no blob is made of, beside any number of other processes that put blobs and sweep. Thread-safe; one run at a
/// time in a process.
/// </summary>
/// <remarks>
/// Who puts a manifest writes an intent, then reads what is doomed, then looks at the chunks, then writes the manifest. A sweep
/// writes which chunks are doomed, then reads intents and manifests, then removes those that are in none. Each writes before it
/// reads, and a write is seen by every read after it: of a sweep and an intent that name the same chunk, at least one sees the
/// other. Either the sweep spares the chunk, or the intent fails with a chunk that is missing, which is sent again.
/// </remarks>
internal sealed class Sweeper(ObjectBucket bucket, TimeProvider time, EntropySource entropy) : IDisposable
{
    /// <summary>How long an intent or a sweep may take from its first word to its last act.</summary>
    public static readonly TimeSpan HoldsFor = TimeSpan.FromHours(1);

    // What is older was left by a process that died: nobody acts on it any more.
    private static readonly TimeSpan DeadAfter = TimeSpan.FromDays(1);

    private const int DoomedAtOnce = 1000;
    private const int RemovalsAtOnce = 8;
    private const int IdBytes = 16;

    private readonly SemaphoreSlim _running = new(1, 1);
    private readonly ManifestIndex _manifests = new(bucket);

    /// <summary>A name of its own for something under way.</summary>
    public string NewName(string start)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        entropy.Fill(id);
        return start + Convert.ToHexStringLower(id);
    }

    /// <summary>The chunks that sweeps under way are about to remove.</summary>
    public async ValueTask<HashSet<ContentHash>> ListDoomedAsync(CancellationToken cancellationToken)
    {
        var doomed = new HashSet<ContentHash>();
        await foreach (ObjectInfo sweep in bucket.ListAsync(ObjectNames.Sweeps, cancellationToken).ConfigureAwait(false))
        {
            if (time.GetUtcNow() - sweep.WrittenAt < DeadAfter)
            {
                byte[]? bytes = await bucket
                    .ReadAsync(sweep.Name, DoomedAtOnce * ContentHash.SizeBytes, cancellationToken).ConfigureAwait(false);
                for (int at = 0; bytes is not null && at + ContentHash.SizeBytes <= bytes.Length; at += ContentHash.SizeBytes)
                {
                    doomed.Add(ContentHash.Read(bytes.AsSpan(at, ContentHash.SizeBytes)));
                }
            }
        }

        return doomed;
    }

    /// <summary>Removes what is in no blob and older than an age.</summary>
    public async ValueTask<SweepResult> RunAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RunAloneAsync(time.GetUtcNow() - age, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose() => _running.Dispose();

    private async ValueTask<SweepResult> RunAloneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        DateTimeOffset dead = time.GetUtcNow() - DeadAfter;
        await RemoveOlderAsync(ObjectNames.Intents, dead, cancellationToken).ConfigureAwait(false);
        await RemoveOlderAsync(ObjectNames.Sweeps, dead, cancellationToken).ConfigureAwait(false);
        await RemoveOlderAsync(ObjectNames.Quarantine, before, cancellationToken).ConfigureAwait(false);
        HashSet<ulong> referenced = await _manifests.ReadAsync(cancellationToken).ConfigureAwait(false);
        var removed = new BlobSweep();
        (long chunks, long bytes) = (0, 0);
        var candidates = new List<(ContentHash Hash, ObjectInfo Info)>();
        await foreach (ObjectInfo found in bucket.ListAsync(ObjectNames.Chunks, cancellationToken).ConfigureAwait(false))
        {
            if (!ObjectNames.TryReadHash(found.Name, ObjectNames.Chunks, out ContentHash? hash))
            {
                continue;
            }

            chunks++;
            bytes += found.Length;
            if (found.WrittenAt <= before && !referenced.Contains(hash.Value.A))
            {
                candidates.Add((hash.Value, found));
                if (candidates.Count == DoomedAtOnce)
                {
                    removed = Sum(removed, await RemoveAsync(candidates, before, cancellationToken).ConfigureAwait(false));
                    candidates.Clear();
                }
            }
        }

        removed = Sum(removed, await RemoveAsync(candidates, before, cancellationToken).ConfigureAwait(false));
        return new SweepResult(
            removed, new BlobUsage(_manifests.Count, chunks - removed.ChunkCount, bytes - removed.ChunkBytes));
    }

    private async ValueTask<BlobSweep> RemoveAsync(
        List<(ContentHash Hash, ObjectInfo Info)> candidates, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (candidates.Count == 0)
        {
            return default;
        }

        string name = NewName(ObjectNames.Sweeps);
        var doomed = new byte[candidates.Count * ContentHash.SizeBytes];
        for (int i = 0; i < candidates.Count; i++)
        {
            candidates[i].Hash.Write(doomed.AsSpan(i * ContentHash.SizeBytes));
        }

        long began = time.GetTimestamp();
        (long count, long bytes) = (0, 0);
        await bucket.WriteAsync(name, doomed, cancellationToken).ConfigureAwait(false);
        try
        {
            HashSet<ulong> referenced = await _manifests.ReadAsync(cancellationToken).ConfigureAwait(false);
            var options = new ParallelOptions { MaxDegreeOfParallelism = RemovalsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(candidates.Where(one => !referenced.Contains(one.Hash.A)), options, async (one, token) =>
            {
                // Asked about or put again since it was listed, it is young, and somebody relies on it.
                if (await bucket.FindAsync(one.Info.Name, token).ConfigureAwait(false) is { } now
                    && now.WrittenAt <= before
                    && time.GetElapsedTime(began) < HoldsFor)
                {
                    await bucket.DeleteAsync(one.Info.Name, token).ConfigureAwait(false);
                    Interlocked.Increment(ref count);
                    Interlocked.Add(ref bytes, now.Length);
                }
            }).ConfigureAwait(false);
        }
        finally
        {
            await bucket.DeleteAsync(name, CancellationToken.None).ConfigureAwait(false);
        }

        return new BlobSweep((int)count, bytes);
    }

    private async ValueTask RemoveOlderAsync(string start, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await foreach (ObjectInfo found in bucket.ListAsync(start, cancellationToken).ConfigureAwait(false))
        {
            if (found.WrittenAt <= before)
            {
                await bucket.DeleteAsync(found.Name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static BlobSweep Sum(BlobSweep left, BlobSweep right) =>
        new(left.ChunkCount + right.ChunkCount, left.ChunkBytes + right.ChunkBytes);
}
