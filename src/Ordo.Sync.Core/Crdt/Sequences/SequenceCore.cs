using Ordo.Sync.Causality;

namespace Ordo.Sync.Crdt.Sequences;

/// <summary>
/// The sequence behind <see cref="Text"/> and <see cref="Sequence"/>: a Fugue tree of runs, listed in document order, with
/// an index by dot. This part holds the state and the local edits.
/// </summary>
/// <remarks>
/// The order of two elements follows from their ancestors' dots and sides alone, never from other elements, so removed
/// elements without elements below them can be dropped without a trace. That is why this is Fugue and not FugueMax, whose
/// order also asks for right origins. Source: Weidner, Kleppmann: The Art of the Fugue (2023), algorithm 1.
/// </remarks>
internal sealed partial class SequenceCore<T>
{
    private readonly Run _root = new() { Replica = -1 };
    private readonly List<ReplicaId> _replicas = [];
    private readonly Dictionary<ReplicaId, int> _replicaIndexes = [];
    private readonly List<RunIndex> _indexes = [];
    private readonly RunTree _tree = new();

    // The run that the last edit or look-up ended in, and the index of its first element: people type where they typed.
    private Run? _cursor;
    private int _cursorStart;
    private int _lastReplica;

    /// <summary>The number of visible elements.</summary>
    public int Length => _tree.Length;

    /// <summary>The number of runs in memory, removed ones too.</summary>
    public int RunCount => _tree.Count;

    /// <summary>Whether there is no element, not even a removed one.</summary>
    public bool IsEmpty => _tree.Count == 0;

    /// <summary>Where to report what a merge does to the visible elements; null: nowhere.</summary>
    public SequenceChanges<T>? Changes { get; set; }

    /// <summary>Inserts before the visible index and returns the counter of the first new element.</summary>
    public long Insert(IDotSource dots, int index, ReadOnlySpan<T> items)
    {
        int replica = Intern(dots.Replica);
        long counter = Take(dots, replica, items.Length);
        int content = Append(items);
        if (index == 0)
        {
            var head = NewRun(replica, counter, items.Length, content);
            Run? first = _tree.First;
            Place(head, first ?? _root, isLeft: first is not null);
            MoveCursor(head, 0);
            return counter;
        }

        Run run = Locate(index - 1, out int offset);
        if (offset == run.Length - 1 && run.FirstRight is null && run.End == counter && run.Replica == replica
            && run.Content + run.Length == content)
        {
            run.Length += items.Length;
            _tree.Resize(run, items.Length);
            return counter;
        }

        Run added = NewRun(replica, counter, items.Length, content);
        if (offset < run.Length - 1)
        {
            Place(added, Split(run, offset + 1), isLeft: true);
        }
        else if (run.FirstRight is null)
        {
            Place(added, run, isLeft: false);
        }
        else
        {
            // The next element, removed ones too, lies below the left origin and has nothing to its left.
            Place(added, RunTree.Next(run)!, isLeft: true);
        }

        MoveCursor(added, index);
        return counter;
    }

    /// <summary>
    /// Inserts directly in front of an element that is here, visible or not: an index could also mean the other side of
    /// removed elements beside it.
    /// </summary>
    /// <returns>The counter of the first new element.</returns>
    public long InsertBefore(IDotSource dots, GlobalDot element, ReadOnlySpan<T> items)
    {
        int replica = Intern(dots.Replica);
        long counter = Take(dots, replica, items.Length);
        Run at = FindParent(IndexOf(element.Replica), element.Counter, isLeft: true);
        Run added = NewRun(replica, counter, items.Length, Append(items));
        if (at.FirstLeft is { } left)
        {
            while (left.NextSibling is { } sibling)
            {
                left = sibling;
            }

            Place(added, Rightmost(left), isLeft: false);
        }
        else
        {
            Place(added, at, isLeft: true);
        }

        _cursor = null;
        return counter;
    }

    /// <summary>Removes visible elements by one event.</summary>
    public void Delete(IDotSource dots, int index, int count)
    {
        int replica = Intern(dots.Replica);
        var stamp = new RemovalStamp(replica, dots.Take(1), 0);
        SequenceChanges<T>? changes = Changes;
        Changes = null;
        while (count > 0)
        {
            Run run = Locate(index, out int offset);
            int part = Math.Min(count, run.Length - offset);
            Change(run, offset, part, RunState.Removed, stamp);

            // What is left of the run; where nothing is, it has no visible length and the cursor finds nothing there.
            MoveCursor(run, index - offset);
            count -= part;
        }

        Changes = changes;
        CompactContentIfWorthwhile();
    }

    /// <summary>The run of the visible element at an index, and the element's place in it.</summary>
    public Run Locate(int index, out int offset)
    {
        if (_cursor is { } cursor && (uint)(index - _cursorStart) < (uint)cursor.VisibleLength)
        {
            offset = index - _cursorStart;
            return cursor;
        }

        Run run = _tree.Find(index, out int start);
        MoveCursor(run, start);
        offset = index - start;
        return run;
    }

    /// <summary>The first run in document order; the others follow by <see cref="RunTree.Next"/>.</summary>
    public Run? First => _tree.First;

    public ReplicaId ReplicaAt(int index) => _replicas[index];

    /// <summary>The run of the element with this dot, visible or not; null where there is none (any more).</summary>
    public Run? Find(GlobalDot dot)
    {
        int replica = IndexOf(dot.Replica);
        return replica < 0 ? null : _indexes[replica].Find(dot.Counter);
    }

    private long Take(IDotSource dots, int replica, int count)
    {
        long counter = dots.Take(count);
        return counter >= _indexes[replica].End ? counter : throw new InvalidOperationException(
            $"The dot {dots.Replica}:{counter} was issued before; a dot names one element for ever.");
    }

    private void MoveCursor(Run? run, int start)
    {
        _cursor = run;
        _cursorStart = start;
    }

    private int Intern(ReplicaId id)
    {
        int index = IndexOf(id);
        if (index < 0)
        {
            index = _replicas.Count;
            _replicas.Add(id);
            _replicaIndexes.Add(id, index);
            _indexes.Add(new RunIndex());
        }

        return index;
    }

    private int IndexOf(ReplicaId id)
    {
        if (_replicas.Count > 0 && _replicas[_lastReplica] == id)
        {
            return _lastReplica;
        }

        return _replicaIndexes.TryGetValue(id, out int index) ? _lastReplica = index : -1;
    }

    private static Run NewRun(int replica, long counter, int length, int content) =>
        new() { Replica = replica, Counter = counter, Length = length, Content = content };
}
