namespace Ordo.Sync.Testing.Simulation.Scheduling;

/// <summary>Something that is to happen at a time, once, unless it is disposed before.</summary>
internal sealed class SimulatedTimer(Action action) : IDisposable
{
    public bool IsOver { get; private set; }

    public void Fire()
    {
        IsOver = true;
        action();
    }

    public void Dispose() => IsOver = true;
}
