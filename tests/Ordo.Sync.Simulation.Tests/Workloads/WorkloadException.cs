namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>What an app wrote is not what its devices show in the end.</summary>
internal sealed class WorkloadException(string message) : Exception(message);
