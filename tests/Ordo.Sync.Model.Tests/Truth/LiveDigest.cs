using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.Truth;

/// <summary>
/// The digest of a scope: a sum over (key, live dot by global id, content), so that order does not matter.
/// </summary>
internal static class LiveDigest
{
    public static ulong Of(ScopeState scope)
    {
        ulong sum = 0;
        for (int key = 0; key < scope.Keys; key++)
        {
            foreach (Version version in scope.Versions(key))
            {
                if (!version.IsTombstone)
                {
                    sum += Hash(key, version);
                }
            }
        }

        return sum;
    }

    private static ulong Hash(int key, Version version)
    {
        ulong hash = version.ReplicaId + ((ulong)key * 0x9E3779B97F4A7C15);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash += ((ulong)version.Dot.Counter << 8) + (ulong)version.Content;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
