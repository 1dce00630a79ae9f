namespace Ordo.Sync.Crdt.Sequences;

/// <summary>
/// The runs of one replica by counter: element → run in O(log n). A list of bounded chunks, so that an insert in the middle
/// moves a bounded number of entries. Runs are compared where they stand, so a run may grow without telling the index.
/// </summary>
internal sealed class RunIndex
{
    private const int ChunkMax = 512;
    private readonly List<List<Run>> _chunks = [];

    /// <summary>The counter after the last element; 0 where there is none.</summary>
    public long End => _chunks.Count == 0 ? 0 : _chunks[^1][^1].End;

    /// <summary>The run that holds the element with this counter.</summary>
    public Run? Find(long counter)
    {
        Run? run = FindAtOrBefore(counter);
        return run is not null && counter < run.End ? run : null;
    }

    /// <summary>The first run that begins after this counter.</summary>
    public Run? FindAfter(long counter)
    {
        int chunk = ChunkOf(counter);
        if (chunk < 0)
        {
            return _chunks.Count > 0 ? _chunks[0][0] : null;
        }

        int at = SlotOf(_chunks[chunk], counter) + 1;
        if (at < _chunks[chunk].Count)
        {
            return _chunks[chunk][at];
        }

        return chunk + 1 < _chunks.Count ? _chunks[chunk + 1][0] : null;
    }

    public void Add(Run run)
    {
        if (_chunks.Count == 0 || (run.Counter > _chunks[^1][^1].Counter && _chunks[^1].Count >= ChunkMax))
        {
            _chunks.Add([run]);
            return;
        }

        int at = Math.Max(ChunkOf(run.Counter), 0);
        List<Run> chunk = _chunks[at];
        chunk.Insert(SlotOf(chunk, run.Counter) + 1, run);
        if (chunk.Count > ChunkMax)
        {
            _chunks.Insert(at + 1, chunk.GetRange(ChunkMax / 2, chunk.Count - (ChunkMax / 2)));
            chunk.RemoveRange(ChunkMax / 2, chunk.Count - (ChunkMax / 2));
        }
    }

    public void Remove(Run run)
    {
        int at = ChunkOf(run.Counter);
        List<Run> chunk = _chunks[at];
        chunk.RemoveAt(SlotOf(chunk, run.Counter));
        if (chunk.Count == 0)
        {
            _chunks.RemoveAt(at);
        }
    }

    /// <summary>Fills the empty index with runs sorted by counter.</summary>
    public void Load(ReadOnlySpan<Run> runs)
    {
        for (int from = 0; from < runs.Length; from += ChunkMax)
        {
            var chunk = new List<Run>(Math.Min(ChunkMax, runs.Length - from));
            chunk.AddRange(runs.Slice(from, Math.Min(ChunkMax, runs.Length - from)));
            _chunks.Add(chunk);
        }
    }

    private Run? FindAtOrBefore(long counter)
    {
        int chunk = ChunkOf(counter);
        return chunk < 0 ? null : _chunks[chunk][SlotOf(_chunks[chunk], counter)];
    }

    // The last chunk that begins at or before the counter, or −1.
    private int ChunkOf(long counter)
    {
        int last = _chunks.Count - 1;
        if (last >= 0 && _chunks[last][0].Counter <= counter)
        {
            return last;
        }

        int low = 0;
        int high = last - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_chunks[middle][0].Counter <= counter)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    // The last run of the chunk that begins at or before the counter, or −1.
    private static int SlotOf(List<Run> chunk, long counter)
    {
        int low = 0;
        int high = chunk.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (chunk[middle].Counter <= counter)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
