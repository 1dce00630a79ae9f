namespace Ordo.Sync.Simulation.Tests.Plans;

/// <summary>Who syncs with whom.</summary>
internal enum Topology
{
    OneHub,
    TwoHubs,
    Peers,
}
