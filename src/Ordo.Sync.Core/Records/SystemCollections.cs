namespace Ordo.Sync.Records;

/// <summary>
/// The collections that the engine itself keeps in a scope. Their records replicate like all others, but count neither as
/// the app's records nor in its reports.
/// </summary>
public static class SystemCollections
{
    /// <summary>Superseded versions of collections that keep an audit history.</summary>
    public const string History = "ordo_history";

    /// <summary>Whether a collection is the engine's own.</summary>
    public static bool Contains(string? collection) => string.Equals(collection, History, StringComparison.Ordinal);
}
