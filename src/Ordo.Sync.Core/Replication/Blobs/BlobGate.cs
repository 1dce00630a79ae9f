using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Replication.Blobs;

/// <summary>
/// Lets one at a time decide about a blob: whoever completes it, or whoever collects it. Blobs share a few gates. Thread-safe.
/// </summary>
internal sealed class BlobGate : IDisposable
{
    private const int GateCount = 16;

    private readonly SemaphoreSlim[] _gates = [.. Enumerable.Range(0, GateCount).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the blob's gate; disposing what it returns opens it again.</summary>
    public async ValueTask<IDisposable> EnterAsync(BlobId blob, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _gates[(int)(blob.Hash.D % GateCount)];
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Entrance(gate);
    }

    public void Dispose()
    {
        foreach (SemaphoreSlim gate in _gates)
        {
            gate.Dispose();
        }
    }

    private sealed class Entrance(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
