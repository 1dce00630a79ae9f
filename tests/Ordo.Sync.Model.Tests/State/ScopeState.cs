using System.Collections.Immutable;
using Ordo.Sync.Model.Tests.Causality;

namespace Ordo.Sync.Model.Tests.State;

/// <summary>
/// What a replica stores of one scope: V, K, X and F. Vectors and version arrays are immutable and replaced whole, so a
/// snapshot shares them. Every setter marks the scope as changed, which is how the oracle knows what to check again.
/// </summary>
internal sealed class ScopeState
{
    private readonly Version[][] _records;
    private readonly Vector?[] _exceptions;
    private Vector _knowledge = Vector.Empty;
    private Vector _forgotten = Vector.Empty;
    private int _exceptionCount;

    public ScopeState(int keys)
    {
        _records = new Version[keys][];
        Array.Fill(_records, []);
        _exceptions = new Vector?[keys];
        Forms = new Version[]?[keys];
    }

    private ScopeState(ScopeState original)
    {
        _records = [.. original._records];
        _exceptions = [.. original._exceptions];
        _exceptionCount = original._exceptionCount;
        _knowledge = original._knowledge;
        _forgotten = original._forgotten;
        Presented = new Dictionary<int, Vector>(original.Presented);
        Forms = new Version[]?[_records.Length];
        Fill = original.Fill;
        Generation = original.Generation;
        Kept = original.Kept;
    }

    public int Keys => _records.Length;

    /// <summary>Whether anything changed since the oracle looked last.</summary>
    public bool IsChanged { get; set; } = true;

    /// <summary>K: every version of the scope it covers is reflected here, as current or as superseded.</summary>
    public Vector Knowledge
    {
        get => _knowledge;
        set
        {
            IsChanged |= !ReferenceEquals(_knowledge, value);
            _knowledge = value;
        }
    }

    /// <summary>F: a vector over collected tombstones.</summary>
    public Vector Forgotten
    {
        get => _forgotten;
        set
        {
            IsChanged |= !ReferenceEquals(_forgotten, value);
            _forgotten = value;
        }
    }

    public bool HasExceptions => _exceptionCount > 0;

    /// <summary>At the hub: the K each subscriber within the horizon presented last, by incarnation.</summary>
    public Dictionary<int, Vector> Presented { get; } = [];

    /// <summary>
    /// What an editor has loaded of each record, to be saved later with a `seen` that may be stale by then.
    /// </summary>
    public Version[]?[] Forms { get; }

    /// <summary>The durable inbox of a staged transfer under way.</summary>
    public StagedTransfer? Staged { get; set; }

    /// <summary>The fill, page by page, of a scope that was empty here.</summary>
    public PageFill? Fill { get; set; }

    /// <summary>The generation that all names here are of; null for the first.</summary>
    public Generation? Generation { get; set; }

    /// <summary>At hubs: the generations that followed each other here, so that replicas of an earlier one can be told.</summary>
    public ImmutableList<KeptGeneration> Kept { get; set; } = [];

    /// <summary>Whether this is a view of a scope of a later generation, in the names of an earlier one.</summary>
    public bool IsTranslation { get; set; }

    public Version[] Versions(int key) => _records[key];

    public void SetVersions(int key, Version[] versions)
    {
        _records[key] = versions;
        IsChanged = true;
    }

    /// <summary>X at one key: a range of keys with one vector is held as that vector at each of its keys.</summary>
    public Vector? Exception(int key) => _exceptions[key];

    public void AddException(int key, Vector vector)
    {
        Vector? old = _exceptions[key];
        if (Covers(old, vector))
        {
            return;
        }

        _exceptionCount += old is null ? 1 : 0;
        _exceptions[key] = old is null ? vector : old.Join(vector);
        IsChanged = true;
    }

    private bool Covers(Vector? exception, Vector vector) =>
        _knowledge.Dominates(vector) || (exception?.Dominates(vector) ?? false);

    /// <summary>Drops the exceptions that K dominates by now.</summary>
    public void DropDominatedExceptions()
    {
        for (int key = 0; _exceptionCount > 0 && key < _exceptions.Length; key++)
        {
            if (_exceptions[key] is { } vector && _knowledge.Dominates(vector))
            {
                _exceptions[key] = null;
                _exceptionCount--;
                IsChanged = true;
            }
        }
    }

    /// <summary>
    /// Whether a fill is under way, or has left exceptions: such a scope is for its own replica's use only.
    /// </summary>
    public bool IsFilling => Fill is { IsClaimed: false } || HasExceptions;

    /// <summary>Whether the dot is in K(o).</summary>
    public bool Knows(int key, Dot dot) => _knowledge.Covers(dot) || (_exceptions[key]?.Covers(dot) ?? false);

    /// <summary>Whether a version is in K(o), given the name it was first written under.</summary>
    public bool KnowsAs(int key, Dot written) => Knows(key, Causality.Generation.NameIn(Generation, written));

    /// <summary>
    /// Whether nothing of others was ever received, so that the scope may be filled, and may take over the generation of who fills it.
    /// What an incarnation of this store wrote may be there.
    /// </summary>
    public bool IsBlank(int incarnation) => Fill is null && _exceptionCount == 0 && _forgotten.IsEmpty
        && _knowledge.Replicas().All(replica => replica == incarnation);

    /// <summary>A backup of the scope. Open forms and staged transfers are not part of it.</summary>
    public ScopeState Copy() => new(this);
}
