using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>Edits of a map of conflict-free values, as part of a patch. A key is there while its value holds something.</summary>
public sealed class MapEdit
{
    private readonly EditTarget _target;

    internal MapEdit(EditTarget target) => _target = target;

    /// <summary>The counter at a key.</summary>
    public CounterEdit Counter(string key) => new(Below(key, CrdtKind.Counter));

    /// <summary>The flag at a key.</summary>
    public FlagEdit Flag(string key) => new(Below(key, CrdtKind.Flag));

    /// <summary>The register at a key.</summary>
    public RegisterEdit<TValue> Register<TValue>(string key)
        where TValue : notnull => new(Below(key, CrdtKind.Register));

    /// <summary>The set at a key.</summary>
    public SetEdit<TElement> Set<TElement>(string key)
        where TElement : notnull => new(Below(key, CrdtKind.Set));

    /// <summary>The list at a key.</summary>
    public ListEdit<TElement> List<TElement>(string key)
        where TElement : notnull => new(Below(key, CrdtKind.Sequence));

    /// <summary>The text at a key.</summary>
    public TextEdit Text(string key) => new(Below(key, CrdtKind.Text));

    /// <summary>The map at a key.</summary>
    public MapEdit Map(string key) => new(Below(key, CrdtKind.Map));

    /// <summary>Removes what is known here under a key; updates at the same time win.</summary>
    public MapEdit Remove(string key)
    {
        Scalar scalar = Scalar.Of(key);
        _target.Add<Map>((map, context) => map.Remove(context.Dots, scalar));
        return this;
    }

    private EditTarget Below(string key, CrdtKind kind) => _target.Below(Scalar.Of(key), kind);
}
