namespace Ordo.Sync.Crdt.Sequences;

// A copy that shares nothing.
internal sealed partial class SequenceCore<T>
{
    public SequenceCore<T> Clone()
    {
        var copy = new SequenceCore<T> { _content = _content.AsSpan(0, _contentCount).ToArray(), _contentCount = _contentCount };
        _replicas.ForEach(id => copy.Intern(id));
        var runs = new Run[_tree.Count];
        int count = 0;
        foreach (Run run in _tree.Runs)
        {
            run.Mark = count;
            runs[count++] = new Run
            {
                Replica = run.Replica,
                Counter = run.Counter,
                Length = run.Length,
                Content = run.Content,
                State = run.State,
                IsLeft = run.IsLeft,
                EventReplica = run.EventReplica,
                EventCounter = run.EventCounter,
                EventStep = run.EventStep,
            };
        }

        _root.Mark = -1;
        copy._root.FirstRight = CopyOf(_root.FirstRight);
        foreach (Run run in _tree.Runs)
        {
            Run twin = runs[run.Mark];
            twin.Parent = run.Parent == _root ? copy._root : runs[run.Parent!.Mark];
            twin.FirstLeft = CopyOf(run.FirstLeft);
            twin.FirstRight = CopyOf(run.FirstRight);
            twin.NextSibling = CopyOf(run.NextSibling);
        }

        copy._tree.Load(runs);
        copy.LoadIndexes(runs);
        return copy;

        Run? CopyOf(Run? run) => run is null ? null : runs[run.Mark];
    }
}
