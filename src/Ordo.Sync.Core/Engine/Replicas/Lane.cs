namespace Ordo.Sync.Engine.Replicas;

/// <summary>A lane of a scope on this device.</summary>
/// <param name="Scope">The scope, as the app names it.</param>
/// <param name="Name">The lane's own name, under which the store knows it.</param>
/// <param name="Replica">The replica that holds it.</param>
internal readonly record struct Lane(string Scope, string Name, LocalReplica Replica)
{
    /// <summary>How urgent its scope is among others, the greater the more.</summary>
    public int Priority { get; init; }
}
