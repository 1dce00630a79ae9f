using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>Edits of a flag, as part of a patch.</summary>
public sealed class FlagEdit
{
    private readonly EditTarget _target;

    internal FlagEdit(EditTarget target) => _target = target;

    /// <summary>Enables it; wins over a disabling at the same time.</summary>
    public void Enable() =>
        _target.Add<Flag, bool>(true, static (flag, context, _) => flag.Enable(context.Dots), first: Scalar.Of(true));

    /// <summary>Disables it, as far as its enablings are known here.</summary>
    public void Disable() => _target.Add<Flag>((flag, _) => flag.Disable());
}
