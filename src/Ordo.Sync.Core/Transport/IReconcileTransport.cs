using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Transport;

/// <summary>
/// What a transport may be besides: the way to compare records with a peer, and to read single ones again. The same rules as
/// those of <see cref="ISyncTransport"/>. A peer that does not know these messages answers <see cref="SyncErrorCode.NotFound"/>.
/// </summary>
public interface IReconcileTransport
{
    /// <summary>Compares fingerprints of key ranges.</summary>
    ValueTask<ReconcileResponse> ReconcileAsync(ReconcileRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads the records of key ranges.</summary>
    ValueTask<RecordsResponse> ReadRecordsAsync(RecordsRequest request, CancellationToken cancellationToken = default);
}
