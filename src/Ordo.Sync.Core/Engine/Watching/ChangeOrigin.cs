namespace Ordo.Sync.Engine.Watching;

/// <summary>Where a change came from.</summary>
public enum ChangeOrigin
{
    /// <summary>A write of this app.</summary>
    Local = 1,

    /// <summary>A sync.</summary>
    Remote = 2,
}
