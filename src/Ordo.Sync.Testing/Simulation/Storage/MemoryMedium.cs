using Ordo.Sync.Causality;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>The store in memory with what disks do to it: every commit is kept as it was until a later one is surely on the disk.</summary>
internal sealed class MemoryMedium(string name, EntropySource entropy) : ISimulatedMedium
{
    // What stands after the last full commit, and after each since.
    private readonly List<InMemoryRecordStore> _left = [];
    private InMemoryRecordStore? _mounted;
    private InMemoryRecordStore? _next;

    public IRecordStore Mount() => _mounted = _next ?? new InMemoryRecordStore(name, entropy);

    public void OnCommitted(Durability durability)
    {
        if (durability == Durability.Full)
        {
            _left.Clear();
        }

        _left.Add(_mounted!.Clone());
    }

    public void OnFlushed(long newer) => _left.RemoveRange(0, Math.Max(0, _left.Count - 1 - (int)newer));

    public ValueTask<int> CutAsync(bool losesUnsynced, SimulationRandom random)
    {
        int gone = losesUnsynced && _left.Count > 1 ? random.Next(_left.Count) : 0;

        // A store that was not open yet holds what it held before.
        _next = _left.Count == 0 ? _mounted : _left[^(gone + 1)];
        _left.Clear();
        return new(gone);
    }

    public ValueTask<ISimulatedMedium> CopyAsync(bool isNoticed) =>
        new(new MemoryMedium(name, entropy) { _next = (_left.Count > 0 ? _left[0] : _next ?? _mounted!).Clone() });

    public ValueTask DisposeAsync() => _mounted?.DisposeAsync() ?? default;
}
