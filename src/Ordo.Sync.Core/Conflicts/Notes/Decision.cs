namespace Ordo.Sync.Conflicts.Notes;

/// <summary>That a version is somebody's decision: of a conflict, or over a value approved before. Who decided is its author.</summary>
/// <param name="Reason">Why, in the words of who decided; never empty.</param>
public sealed record Decision(string Reason)
{
    /// <summary>The longest reason: 2,000 characters.</summary>
    public const int ReasonLengthMax = 2_000;
}
