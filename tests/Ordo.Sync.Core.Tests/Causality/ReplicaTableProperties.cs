using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Testing.Generators;

namespace Ordo.Sync.Core.Tests.Causality;

[Properties(Arbitrary = [typeof(CausalityArbitraries)])]
public sealed class ReplicaTableProperties
{
    [Property]
    public void An_index_keeps_its_id_whatever_is_added(ReplicaId[] ids, ReplicaId[] later)
    {
        ReplicaTable table = Of(ids);
        ReplicaTable grown = later.Aggregate(table, (whole, id) => whole.With(id, out _));
        for (int i = 0; i < table.Count; i++)
        {
            Assert.Equal(table[i], grown[i]);
            Assert.Equal(i, grown.IndexOf(table[i]));
        }

        Assert.Equal(ids.Distinct().Count(), table.Count);
        Assert.Equal(ids.Concat(later).Distinct().Count(), grown.Count);
    }

    [Property]
    public void An_id_that_is_there_changes_nothing(ReplicaId[] ids)
    {
        ReplicaTable table = Of(ids);
        foreach (ReplicaId id in ids)
        {
            Assert.Same(table, table.With(id, out int index));
            Assert.Equal(id, table[index]);
            Assert.Equal(index, table.Require(id));
            Assert.Equal(new GlobalDot(id, 7), table.Globalize(new Dot(index, 7)));
        }
    }

    [Property]
    public void An_id_that_is_not_there_has_no_index(ReplicaId[] ids, ReplicaId other)
    {
        ReplicaTable table = Of([.. ids.Where(id => id != other)]);
        Assert.Equal(-1, table.IndexOf(other));
        Assert.Throws<KeyNotFoundException>(() => table.Require(other));
    }

    private static ReplicaTable Of(ReplicaId[] ids) =>
        ids.Aggregate(ReplicaTable.Empty, (table, id) => table.With(id, out _));
}
