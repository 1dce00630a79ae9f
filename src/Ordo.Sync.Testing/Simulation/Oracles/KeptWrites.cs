using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Outcomes;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>The writes that a device keeps in its inbox since they stand nowhere else.</summary>
internal static class KeptWrites
{
    private const int PageCount = 100;

    /// <summary>Reads which versions of a scope are kept.</summary>
    public static async ValueTask<HashSet<GlobalDot>> ReadAsync(
        SimulatedNode node, VersionNames names, IStoreSnapshot transaction, string scope)
    {
        HashSet<GlobalDot> kept = [];
        RejectedWrite? last = null;
        do
        {
            IReadOnlyList<RejectedWrite> some = await RejectedWrites.ListAsync(transaction, scope, last, PageCount).ConfigureAwait(false);
            kept.UnionWith(some.Select(write => names.Of(node, scope, write.Content.Version)));
            last = some.Count == PageCount ? some[^1] : null;
        }
        while (last is not null);

        return kept;
    }
}
