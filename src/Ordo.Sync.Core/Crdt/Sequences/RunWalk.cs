namespace Ordo.Sync.Crdt.Sequences;

/// <summary>Walks the runs in document order, leaf by leaf, without a search a step; the list must not change meanwhile.</summary>
internal struct RunWalk(RunLeaf? leaf)
{
    private RunLeaf? _leaf = leaf;
    private int _slot = -1;

    public readonly Run Current => _leaf!.Runs[_slot]!;

    public readonly RunWalk GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_leaf is null)
        {
            return false;
        }

        if (++_slot < _leaf.Count)
        {
            return true;
        }

        _leaf = _leaf.Next;
        _slot = 0;
        return _leaf is not null;
    }
}
