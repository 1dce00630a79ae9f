using System.Collections.Immutable;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Syncing;

/// <summary>What a sync did.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Scopes">Scope by scope.</param>
/// <param name="Bytes">The bytes on the wire.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Error">The first error; <see langword="null"/> where there was none.</param>
public sealed record SyncReport(
    SyncStatus Status, ImmutableArray<ScopeReport> Scopes, TransportBytes Bytes, TimeSpan Duration, SyncException? Error)
{
    /// <summary>Records sent.</summary>
    public int PushedCount => Scopes.Sum(scope => scope.Session?.PushedCount ?? 0);

    /// <summary>Records received.</summary>
    public int PulledCount => Scopes.Sum(scope => scope.Session?.PulledCount ?? 0);

    /// <summary>Versions that met a concurrent one.</summary>
    public int ConflictCount => Scopes.Sum(scope => scope.Session?.ConflictCount ?? 0);

    /// <summary>Requests made, the hello not counted.</summary>
    public int RoundTripCount => Scopes.Sum(scope => scope.Session?.RoundTripCount ?? 0);

    /// <summary>Records stamped anew after the hub refused this device's clock.</summary>
    public int RestampedCount => Scopes.Sum(scope => scope.Session?.RestampedCount ?? 0);

    /// <summary>How far the hub's clock was ahead of this device's; <see langword="null"/> where it was not heard.</summary>
    public TimeSpan? ClockOffset => Scopes.Select(scope => scope.Session?.ClockOffset).FirstOrDefault(x => x is not null);

    /// <summary>Throws the error, for callers who want one.</summary>
    /// <exception cref="SyncException">The sync did not complete.</exception>
    public SyncReport ThrowIfFailed() => Error is null ? this : throw Error;
}
