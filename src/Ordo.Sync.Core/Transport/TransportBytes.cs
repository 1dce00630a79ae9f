namespace Ordo.Sync.Transport;

/// <summary>Bytes as they crossed the wire.</summary>
/// <param name="Sent">Bytes sent.</param>
/// <param name="Received">Bytes received.</param>
public readonly record struct TransportBytes(long Sent, long Received)
{
    /// <summary>What was added since an earlier reading.</summary>
    public TransportBytes Since(TransportBytes earlier) => new(Sent - earlier.Sent, Received - earlier.Received);
}
