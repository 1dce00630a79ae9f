using System.Collections.Immutable;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>What a round of transfers did.</summary>
/// <param name="UploadedCount">Blobs that the hub has now.</param>
/// <param name="DownloadedCount">Blobs that this device has now.</param>
/// <param name="BytesSent">Bytes of chunks sent; those that the hub had are not among them.</param>
/// <param name="BytesReceived">Bytes of chunks received.</param>
/// <param name="Pending">The transfers that are left, those that failed with their errors.</param>
/// <param name="Error">What ended the round early: no network, no credentials; <see langword="null"/> where nothing did.</param>
public sealed record BlobSyncReport(
    int UploadedCount,
    int DownloadedCount,
    long BytesSent,
    long BytesReceived,
    ImmutableArray<BlobTransfer> Pending,
    SyncException? Error)
{
    /// <summary>Throws what ended the round, or else the first transfer's failure.</summary>
    /// <exception cref="SyncException">The round did not do all that was to be done.</exception>
    public BlobSyncReport ThrowIfFailed()
    {
        if (Error is not null)
        {
            throw Error;
        }

        return Pending.FirstOrDefault(transfer => transfer.ErrorCode is not null) is { } failed
            ? throw new SyncException(failed.ErrorCode!.Value, failed.Error!)
            : this;
    }
}
