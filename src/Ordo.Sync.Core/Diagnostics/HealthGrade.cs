namespace Ordo.Sync.Diagnostics;

/// <summary>How bad a finding is.</summary>
public enum HealthGrade
{
    /// <summary>As it should be.</summary>
    Healthy,

    /// <summary>It works, and somebody should look at it.</summary>
    Degraded,

    /// <summary>Sync does not do what it is for, or soon will not.</summary>
    Unhealthy,
}
