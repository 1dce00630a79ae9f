namespace Ordo.Sync.Diagnostics;

/// <summary>From where on something is degraded, and from where on unhealthy.</summary>
/// <typeparam name="T">What is measured.</typeparam>
/// <param name="Degraded">From here on it is degraded.</param>
/// <param name="Unhealthy">From here on it is unhealthy.</param>
public readonly record struct Threshold<T>(T Degraded, T Unhealthy)
    where T : IComparable<T>;
