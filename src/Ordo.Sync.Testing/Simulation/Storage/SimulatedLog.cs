using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Simulation.Storage;

/// <summary>
/// What of one life's commits is on the disk: those at <see cref="Durability.Full"/> at once, with all before them; others with the next
/// flush, which takes its time.
/// </summary>
internal sealed class SimulatedLog(SimulatedDisk disk, ISimulatedMedium medium)
{
    private long _committed;
    private long _flushed;

    /// <summary>The store has committed.</summary>
    public void OnCommitted(Durability durability)
    {
        medium.OnCommitted(durability);
        _committed++;
        _flushed = durability == Durability.Full ? _committed : _flushed;
    }

    /// <summary>Brings everything committed so far to the disk. Never ends where the node dies meanwhile.</summary>
    /// <exception cref="Errors.SyncException">The disk failed; what is committed stands, and may yet be lost.</exception>
    public async Task FlushAsync()
    {
        long upTo = _committed;
        if (_flushed >= upTo)
        {
            return;
        }

        await disk.TouchAsync(DiskEffect.Flush).ConfigureAwait(false);
        if (disk.FailsFlush())
        {
            throw SimulatedDisk.FlushError();
        }

        if (_flushed < upTo)
        {
            _flushed = upTo;
            medium.OnFlushed(_committed - upTo);
        }
    }
}
