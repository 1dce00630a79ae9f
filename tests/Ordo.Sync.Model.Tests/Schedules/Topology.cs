namespace Ordo.Sync.Model.Tests.Schedules;

internal enum Topology
{
    /// <summary>Every device speaks with the hub only.</summary>
    Hub,

    /// <summary>There is a hub, and devices also speak with each other.</summary>
    Mixed,

    /// <summary>No hub: nobody collects tombstones and nobody unsubscribes.</summary>
    Mesh,

    /// <summary>There is a hub and another hub below it; devices speak with either, one with the lower alone, and not with each other.</summary>
    HubBelow,
}
