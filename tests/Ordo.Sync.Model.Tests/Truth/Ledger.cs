using Ordo.Sync.Model.Tests.Causality;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Truth;

/// <summary>The true causal history: every write of the schedule, whoever has forgotten or lost it.</summary>
internal sealed class Ledger
{
    public const int WritesPerRecordMax = 128;

    private readonly List<Write>[,] _byRecord;
    private readonly List<List<Write>> _byReplica = [];
    private readonly Dictionary<int, Generation> _generations = [];

    public Ledger(int scopes, int keys)
    {
        _byRecord = new List<Write>[scopes, keys];
        for (int i = 0; i < scopes * keys; i++)
        {
            _byRecord[i / keys, i % keys] = [];
        }
    }

    public int WriteCount { get; private set; }

    public List<Write> WritesOf(int scope, int key) => _byRecord[scope, key];

    /// <summary>
    /// Records a write; asserts that its dot is new and its timestamp above those of all it overwrites.
    /// </summary>
    public void Record(Version version, int scope, int key, Version[] seen)
    {
        UInt128 past = 0;
        foreach (Version overwritten in seen)
        {
            Write write = Find(overwritten.Dot);
            past |= write.Bit | write.Past;
            if (version.Timestamp <= overwritten.Timestamp)
            {
                throw new ModelViolationException("A write's timestamp is not above that of what it overwrites.");
            }
        }

        List<Write> record = _byRecord[scope, key];
        if (record.Count == WritesPerRecordMax)
        {
            throw new InvalidOperationException("The schedule is too long for the ledger: use fewer steps.");
        }

        var recorded = new Write(version, scope, key, record.Count, past);
        Index(recorded);
        record.Add(recorded);
        WriteCount++;
    }

    /// <summary>The write that the dot names, in whatever generation.</summary>
    public Write Find(Dot dot)
    {
        while (_generations.TryGetValue(dot.Replica, out Generation? generation))
        {
            Dot former = generation.Restore(dot);
            if (former == dot)
            {
                throw new ModelViolationException("1: a generation's name for a version that it does not fold.");
            }

            dot = former;
        }

        return _byReplica[dot.Replica][dot.Counter - 1];
    }

    /// <summary>From now on versions are also found by the names of a generation.</summary>
    public void Add(Generation generation) => _generations.Add(generation.Name, generation);

    public void MarkCollected(Dot dot) => Find(dot).IsCollected = true;

    /// <summary>The highest counter the incarnation used in the scope.</summary>
    public int HighestCounter(int replica, int scope)
    {
        List<Write> writes = replica < _byReplica.Count ? _byReplica[replica] : [];
        int index = writes.FindLastIndex(write => write.Scope == scope);
        return index + 1;
    }

    private void Index(Write write)
    {
        Dot dot = write.Version.Dot;
        while (_byReplica.Count <= dot.Replica)
        {
            _byReplica.Add([]);
        }

        List<Write> writes = _byReplica[dot.Replica];
        if (dot.Counter != writes.Count + 1)
        {
            throw new ModelViolationException("A dot names two versions.");
        }

        writes.Add(write);
    }
}
