namespace Ordo.Sync.Crdt.Sequences;

// The values, in one array in the order of their arrival: runs are stretches of it.
internal sealed partial class SequenceCore<T>
{
    private const int GarbageMin = 64 * 1024;
    private T[] _content = [];
    private int _contentCount;

    public T this[int index]
    {
        get
        {
            Run run = Locate(index, out int offset);
            return _content[run.Content + offset];
        }
    }

    public void CopyTo(int index, Span<T> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        Run? run = Locate(index, out int offset);
        while (!destination.IsEmpty)
        {
            if (run!.State == RunState.Live)
            {
                int count = Math.Min(run.Length - offset, destination.Length);
                _content.AsSpan(run.Content + offset, count).CopyTo(destination);
                destination = destination[count..];
                offset = 0;
            }

            run = RunTree.Next(run);
        }
    }

    public ReadOnlySpan<T> ContentOf(Run run) => _content.AsSpan(run.Content, run.Length);

    private int Append(ReadOnlySpan<T> items)
    {
        int needed = checked(_contentCount + items.Length);
        if (needed > _content.Length)
        {
            Array.Resize(ref _content, (int)Math.Min(Math.Max((long)_content.Length * 2, Math.Max(needed, 16)), Array.MaxLength));
        }

        int at = _contentCount;
        items.CopyTo(_content.AsSpan(at));
        _contentCount = needed;
        return at;
    }

    // Removed values stay in the content until they are most of it; then the visible ones move, in document order.
    private void CompactContentIfWorthwhile()
    {
        if (_contentCount - Length <= Length + GarbageMin)
        {
            return;
        }

        var content = new T[Length + (Length / 4)];
        int count = 0;
        foreach (Run run in _tree.Runs)
        {
            if (run.State == RunState.Live)
            {
                ContentOf(run).CopyTo(content.AsSpan(count));
                run.Content = count;
                count += run.Length;
            }
        }

        _content = content;
        _contentCount = count;
    }
}
