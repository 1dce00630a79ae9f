using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Crdt;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Replication.Generations;

/// <summary>The names that a generation gives and those it replaced, in the replica indexes of one store. Immutable.</summary>
internal sealed class GenerationNaming
{
    private readonly ScopeGeneration _generation;
    private readonly ReplicaTable _replicas;
    private readonly VersionVector _folded;
    private readonly Dictionary<int, long> _offsets;
    private readonly int _name;

    /// <summary>Makes the naming.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="replicas">The store's table, which holds the generation's name and every replica that is folded.</param>
    public GenerationNaming(ScopeGeneration generation, ReplicaTable replicas)
    {
        _generation = generation;
        _replicas = replicas;
        _name = replicas.Require(generation.Name);
        _folded = generation.Folded.ToLocal(replicas);
        _offsets = generation.Offsets().ToDictionary(line => replicas.Require(line.Replica), line => line.Offset);
    }

    /// <summary>A record under the new names; the same where neither its versions nor its conflict-free state name what is folded.</summary>
    public StoredRecord Rename(StoredRecord record) => TrimNamed(Rename(
        record, dot => IsFolded(dot) ? new Dot(_name, _offsets[dot.ReplicaIndex] + dot.Counter) : dot));

    /// <summary>A record under the names before.</summary>
    public StoredRecord Restore(StoredRecord record) => Rename(record, RestoreDot);

    /// <summary>
    /// The state of a replica that knows all that is folded, under the new names. What was forgotten of the folded need not be
    /// named any more: who is in the generation knows it, and who holds nothing of the scope has nothing to forget.
    /// </summary>
    public ScopeState Rename(ScopeState state) => state with
    {
        Knowledge = WithoutFolded(state.Knowledge).With(new Dot(_name, _generation.Count)),
        Forgotten = WithoutFolded(state.Forgotten),
    };

    /// <summary>
    /// A state under the names before. A part of what is folded cannot be told by the new name: where more of it was forgotten
    /// since, all of it counts as forgotten.
    /// </summary>
    public ScopeState Restore(ScopeState state) => state with
    {
        Knowledge = state.Knowledge.Without(_name).Merge(_folded),
        Forgotten = state.Forgotten.Without(_name)
            .Merge(state.Forgotten[_name] > 0 ? _folded : _generation.Forgotten.ToLocal(_replicas)),
    };

    private VersionVector WithoutFolded(VersionVector vector)
    {
        var dots = new List<Dot>();
        foreach (Dot dot in vector.Entries)
        {
            if (!IsFolded(dot))
            {
                dots.Add(dot);
            }
        }

        return VersionVector.Of([.. dots]);
    }

    private bool IsFolded(Dot dot) => dot.Counter <= _folded[dot.ReplicaIndex];

    private Dot RestoreDot(Dot dot)
    {
        if (dot.ReplicaIndex != _name || dot.Counter > _generation.Count)
        {
            return dot;
        }

        GlobalDot former = _generation.Former(dot.Counter);
        return new Dot(_replicas.Require(former.Replica), former.Counter);
    }

    // A replica is folded where no conflict-free state of the hub names it. One here still may, in a text of which the hub has forgotten
    // what was deleted: everybody had seen that, so it is forgotten here too. No knowledge would cover these names any more.
    private StoredRecord TrimNamed(StoredRecord record)
    {
        if (record.ConflictFree.IsEmpty)
        {
            return record;
        }

        CrdtDocument document = StoredDocument.Decode(record.ConflictFree);
        if (!document.HasSequence || !document.ListReplicas().Any(replica => _generation.Folded[replica] > 0))
        {
            return record;
        }

        document.TrimNamed(CausalView.Of(_replicas, _folded));
        return record with { ConflictFree = StoredDocument.Encode(document) };
    }

    private StoredRecord Rename(StoredRecord record, Func<Dot, Dot> nameOf)
    {
        bool isRenamed = false;
        var versions = ImmutableArray.CreateBuilder<RecordVersion>(record.Versions.Length);
        foreach (RecordVersion version in record.Versions)
        {
            Dot dot = nameOf(version.Dot);
            isRenamed |= dot != version.Dot;
            versions.Add(dot == version.Dot ? version : version.Restamp(dot, version.Timestamp));
        }

        return isRenamed ? record with { Versions = SiblingOrder.Sort(versions, _replicas) } : record;
    }
}
