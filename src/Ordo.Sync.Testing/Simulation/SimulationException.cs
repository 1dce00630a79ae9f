namespace Ordo.Sync.Testing.Simulation;

/// <summary>A simulated world broke a promise of the engine. The message says which, the seed, and what happened before.</summary>
public sealed class SimulationException : Exception
{
    internal SimulationException(string message)
        : base(message)
    {
    }
}
