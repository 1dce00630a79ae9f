namespace Ordo.Sync.Testing.Simulation;

/// <summary>What a node lets another do in a scope.</summary>
[Flags]
public enum SimulatedRights
{
    /// <summary>Nothing: the scope is removed from the caller's device.</summary>
    None = 0,

    /// <summary>To pull.</summary>
    Read = 1,

    /// <summary>To push.</summary>
    Write = 2,

    /// <summary>To decide about academic records.</summary>
    Approve = 4,

    /// <summary>Everything.</summary>
    All = Read | Write | Approve,
}
