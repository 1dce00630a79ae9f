namespace Ordo.Sync.AspNetCore.Authorization;

/// <summary>What a principal may do in a scope.</summary>
[Flags]
public enum ScopeRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Pull: receive every record of the scope.</summary>
    Read = 1,

    /// <summary>
    /// Push: bring versions of its own replicas. The answer to a push names what the hub knows (version vectors, a digest), never
    /// a record.
    /// </summary>
    Write = 2,

    /// <summary>Decide about records that await approval.</summary>
    Approve = 4,

    /// <summary>
    /// Bring versions of replicas that are not its own: another hub, a device that carries for others. Who has it can speak
    /// for any device; give it to machines you run.
    /// </summary>
    Relay = 8,

    /// <summary>Have the hub compact the scope. Says nothing about its records: give it to those who run the hub.</summary>
    Administer = 16,
}
