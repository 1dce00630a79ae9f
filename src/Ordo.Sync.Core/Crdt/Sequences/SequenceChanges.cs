namespace Ordo.Sync.Crdt.Sequences;

/// <summary>Collects what a merge does to the visible elements, in order: each change counts on those before it.</summary>
internal sealed class SequenceChanges<T>
{
    private readonly List<SequenceChange<T>> _all = [];

    public IReadOnlyList<SequenceChange<T>> All => _all;

    public void Inserted(int position, ReadOnlySpan<T> items)
    {
        if (_all.Count == 0 || _all[^1].Position + _all[^1].Inserted.Count != position)
        {
            _all.Add(new SequenceChange<T> { Position = position });
        }

        _all[^1].Inserted.AddRange(items);
    }

    public void Removed(int position, int count)
    {
        if (_all.Count == 0 || _all[^1].Inserted.Count > 0
            || (_all[^1].Position != position && _all[^1].Position != position + count))
        {
            _all.Add(new SequenceChange<T>());
        }

        _all[^1].Position = position;
        _all[^1].Deleted += count;
    }
}
