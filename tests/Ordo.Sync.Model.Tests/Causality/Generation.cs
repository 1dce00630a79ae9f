using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Causality;

/// <summary>
/// A generation of a scope: shorter names for the versions of the past. The folded version (r, c) is called (g, c + what all
/// replicas with lesser ids count) from then on; every other version keeps its name.
/// </summary>
/// <param name="name">g, numbered as incarnations are; no store ever writes under it.</param>
/// <param name="id">The random id behind the number.</param>
/// <param name="before">The generation that this one follows; null for the first, which has no name.</param>
/// <param name="folded">C: what is folded.</param>
/// <param name="offsets">What is added to the counters of each replica.</param>
internal sealed class Generation(int name, ulong id, Generation? before, Vector folded, int[] offsets)
{
    private readonly Dictionary<Dot, Version> _renamed = [];
    private readonly Dictionary<Dot, Version> _former = [];

    public int Name { get; } = name;

    public Generation? Before { get; } = before;

    public Vector Folded { get; } = folded;

    /// <summary>How many versions are folded: the counter of g in knowledge.</summary>
    public int Count { get; } = folded.Sum();

    /// <summary>What a version that was first written as `dot` is called in a generation.</summary>
    public static Dot NameIn(Generation? generation, Dot dot) =>
        generation is null ? dot : generation.Rename(NameIn(generation.Before, dot));

    public Dot Rename(Dot dot) => Folded.Covers(dot) ? new Dot(Name, offsets[dot.Replica] + dot.Counter) : dot;

    /// <summary>What a version was called before.</summary>
    public Dot Restore(Dot dot)
    {
        for (int replica = 0; dot.Replica == Name && replica < Folded.Length; replica++)
        {
            int counter = dot.Counter - offsets[replica];
            if (counter > 0 && counter <= Folded[replica])
            {
                return new Dot(replica, counter);
            }
        }

        return dot;
    }

    /// <summary>The version under its new name: everybody who renames gets the same one, as what renaming gives is the same.</summary>
    public Version Rename(Version version)
    {
        if (!Folded.Covers(version.Dot))
        {
            return version;
        }

        if (!_renamed.TryGetValue(version.Dot, out Version? renamed))
        {
            renamed = new Version(Rename(version.Dot), id, version.Timestamp, version.Content);
            _renamed.Add(version.Dot, renamed);
            _former.TryAdd(renamed.Dot, version);
        }

        return renamed;
    }

    public Version Restore(Version version) => version.Dot.Replica == Name ? _former[version.Dot] : version;

    /// <summary>The knowledge of a replica that knows all that is folded.</summary>
    public Vector Rename(Vector knowledge) => WithoutFolded(knowledge).Raise(new Dot(Name, Count));

    /// <summary>A vector without what is folded: entries above C stay, and say nothing of the versions up to C any more.</summary>
    public Vector WithoutFolded(Vector vector) =>
        vector.Where((replica, counter) => counter > Folded[replica]);

    /// <summary>A vector without the entry of this generation.</summary>
    public Vector WithoutName(Vector vector) => vector.Where((replica, _) => replica != Name);
}
