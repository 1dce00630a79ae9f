namespace Ordo.Sync.Records;

/// <summary>
/// The two lanes of a scope: records of collections kept in the ephemeral store have their own knowledge, so that each store is a
/// replica by itself and no commit has to span two. On the wire a lane is a scope of its own, named by a suffix; rights are
/// those of the scope.
/// </summary>
public static class ScopeLane
{
    /// <summary>What the name of an ephemeral lane ends with; the name of no scope does.</summary>
    public const string EphemeralSuffix = "~ephemeral";

    /// <summary>The name of a scope's lane.</summary>
    public static string NameOf(string scope, bool isEphemeral) => isEphemeral ? scope + EphemeralSuffix : scope;

    /// <summary>Whether a name is that of an ephemeral lane.</summary>
    public static bool IsEphemeral(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(EphemeralSuffix, StringComparison.Ordinal);
    }

    /// <summary>The scope that a lane belongs to.</summary>
    public static string ScopeOf(string name) => IsEphemeral(name) ? name[..^EphemeralSuffix.Length] : name;
}
