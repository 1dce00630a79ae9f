namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>In which order the sides sync once both have written.</summary>
public enum Delivery
{
    /// <summary>A, then B.</summary>
    AFirst,

    /// <summary>B, then A.</summary>
    BFirst,

    /// <summary>A, B, A, B; between two hubs nothing moves before both have delivered.</summary>
    Alternating,
}
