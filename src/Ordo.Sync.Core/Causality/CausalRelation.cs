namespace Ordo.Sync.Causality;

/// <summary>How two vectors stand to each other: the partial order of causality.</summary>
public enum CausalRelation
{
    /// <summary>Both claim the same.</summary>
    Equal,

    /// <summary>The first claims less than the second.</summary>
    Before,

    /// <summary>The first claims more than the second.</summary>
    After,

    /// <summary>Each claims something that the other does not.</summary>
    Concurrent,
}
