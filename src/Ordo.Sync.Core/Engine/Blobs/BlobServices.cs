using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Blobs;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Blobs;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>What the parts of the blob lane work with, once the stores are open.</summary>
/// <param name="Blobs">Content.</param>
/// <param name="Records">Records, and in their local entries what is remembered of blobs.</param>
/// <param name="Transport">The way to the hub; <see langword="null"/> without one.</param>
/// <param name="References">Which records refer to which blobs.</param>
/// <param name="Options">How blobs are handled.</param>
/// <param name="Gate">Lets one at a time decide whether a blob stays: whoever needs it, or whoever removes it.</param>
/// <param name="Lane">What transfers share.</param>
/// <param name="Time">The clock.</param>
/// <param name="Entropy">Where jitter comes from.</param>
internal sealed record BlobServices(
    IBlobStore Blobs,
    IRecordStore Records,
    IBlobTransport? Transport,
    BlobReferenceIndex References,
    BlobOptions Options,
    BlobGate Gate,
    BlobLane Lane,
    TimeProvider Time,
    EntropySource Entropy)
{
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
