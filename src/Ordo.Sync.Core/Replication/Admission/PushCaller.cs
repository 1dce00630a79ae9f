namespace Ordo.Sync.Replication.Admission;

/// <summary>Who brings changes, and what they may do.</summary>
/// <param name="Principal">The name that the caller is known by; empty for an anonymous one.</param>
public readonly record struct PushCaller(string Principal)
{
    /// <summary>Whether the caller may decide about records that await approval. The default is no.</summary>
    public bool MayApprove { get; init; }

    /// <summary>A caller without a name who may do everything: a peer in the same process.</summary>
    public static PushCaller Trusted { get; } = new(string.Empty) { MayApprove = true };
}
