namespace Ordo.Sync.Engine.Health;

/// <summary>What syncs have moved, met and been refused since the engine was made.</summary>
public sealed record SyncTotals
{
    /// <summary>Syncs that ended, completed or not.</summary>
    public long SyncCount { get; init; }

    /// <summary>Syncs and sessions begun again after a failure.</summary>
    public long RetryCount { get; init; }

    /// <summary>Records sent.</summary>
    public long PushedCount { get; init; }

    /// <summary>Records received.</summary>
    public long PulledCount { get; init; }

    /// <summary>Versions that met a concurrent one.</summary>
    public long ConflictCount { get; init; }

    /// <summary>Versions that the hub refused.</summary>
    public long RejectedCount { get; init; }

    /// <summary>Bytes of bodies sent to the hub, as they crossed the wire; those of the live connection included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of bodies received from the hub.</summary>
    public long BytesReceived { get; init; }
}
