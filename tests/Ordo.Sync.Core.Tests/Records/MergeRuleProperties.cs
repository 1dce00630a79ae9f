using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;

namespace Ordo.Sync.Core.Tests.Records;

[Properties(MaxTest = 300)]
public sealed class MergeRuleProperties
{
    private const int StepCount = 40;

    [Property]
    public void No_sibling_is_lost_and_nothing_superseded_comes_back(int seed)
    {
        var history = new HonestHistory(seed, SiblingPolicy.KeepAll);
        for (int step = 0; step < StepCount; step++)
        {
            history.Step();
            for (int i = 0; i < history.Replicas.Length; i++)
            {
                Assert.Equal(history.ExpectedAt(i), history.Replicas[i].Versions);
            }
        }
    }

    [Property]
    public void To_keep_the_greatest_is_to_keep_all_and_take_the_greatest(int seed)
    {
        var all = new HonestHistory(seed, SiblingPolicy.KeepAll);
        var greatest = new HonestHistory(seed, SiblingPolicy.KeepGreatest);
        for (int step = 0; step < StepCount; step++)
        {
            all.Step();
            greatest.Step();
            for (int i = 0; i < all.Replicas.Length; i++)
            {
                RecordVersion? expected = all.Replicas[i].Versions.LastOrDefault();
                Assert.Equal(expected?.Dot, greatest.Replicas[i].Versions.SingleOrDefault()?.Dot);
                Assert.Same(greatest.GreatestAt(i), greatest.Replicas[i].Versions.SingleOrDefault());
            }
        }
    }

    [Property]
    public void Merging_is_commutative_associative_and_idempotent(int seed, bool keepsAll)
    {
        var history = new HonestHistory(seed, keepsAll ? SiblingPolicy.KeepAll : SiblingPolicy.KeepGreatest);
        for (int step = 0; step < StepCount; step++)
        {
            history.Step();
            HistoryReplica a = history.Replicas[0];
            HistoryReplica b = history.Replicas[1];
            HistoryReplica c = history.Replicas[^1];
            Assert.Equal(a.Join(b).Describe(), b.Join(a).Describe());
            Assert.Equal(a.Join(b).Join(c).Describe(), a.Join(b.Join(c)).Describe());
            Assert.Equal(a.Describe(), a.Join(a).Describe());
            Assert.Equal(a.Join(b).Describe(), a.Join(b).Join(b).Describe());
            Assert.Equal(a.Join(b).Describe(), a.Join(b).Join(a).Describe());
        }
    }

    [Property]
    public void Replicas_that_heard_of_each_other_hold_the_same(int seed, bool keepsAll)
    {
        var history = new HonestHistory(seed, keepsAll ? SiblingPolicy.KeepAll : SiblingPolicy.KeepGreatest);
        for (int step = 0; step < StepCount; step++)
        {
            history.Step();
        }

        HistoryReplica hub = history.Replicas.Aggregate((whole, next) => whole.Join(next));
        Assert.All(history.Replicas, replica => Assert.Equal(hub.Describe(), replica.Join(hub).Describe()));
    }

    [Property]
    public void What_a_merge_leaves_unchanged_is_the_same_instance(int seed)
    {
        var history = new HonestHistory(seed, SiblingPolicy.KeepAll);
        for (int step = 0; step < StepCount; step++)
        {
            history.Step();
            HistoryReplica joined = history.Replicas[0].Join(history.Replicas[1]);
            Assert.Same(joined.Record, joined.Join(history.Replicas[1]).Record);
            Assert.Same(joined.Record, joined.Join(history.Replicas[0]).Record);
        }
    }

    [Fact]
    public void A_dot_without_its_version_is_malformed()
    {
        var remote = new RemoteRecord(HistoryReplica.Key, [new Dot(0, 1)], [], new(VersionVector.Of(new Dot(0, 1))));

        Assert.False(MergeRule.TryMerge(
            null, new(VersionVector.Empty), remote, SiblingPolicy.KeepAll, Table, out StoredRecord? merged));
        Assert.Null(merged);
    }

    [Fact]
    public void A_dot_that_a_peer_names_twice_makes_one_sibling()
    {
        RecordVersion version = new(new Dot(0, 1), new HybridTimestamp(1), "", new byte[] { 0x80 });
        var remote = new RemoteRecord(
            HistoryReplica.Key, [version.Dot, version.Dot], [version, version], new(VersionVector.Of(version.Dot)));

        Assert.True(MergeRule.TryMerge(
            null, new(VersionVector.Empty), remote, SiblingPolicy.KeepAll, Table, out StoredRecord? merged));
        Assert.Same(version, Assert.Single(merged!.Versions));
    }

    [Fact]
    public void A_record_of_which_the_peer_knows_all_and_holds_nothing_goes()
    {
        RecordVersion version = new(new Dot(0, 1), new HybridTimestamp(1), "", new byte[] { 0x80 });
        var knowledge = new CausalContext(VersionVector.Of(version.Dot));
        var remote = new RemoteRecord(HistoryReplica.Key, [], [], knowledge);

        Assert.True(MergeRule.TryMerge(
            new StoredRecord(HistoryReplica.Key, [version]), knowledge, remote, SiblingPolicy.KeepAll, Table,
            out var merged));
        Assert.Null(merged);
    }

    [Fact]
    public void Conflict_free_state_here_outlives_a_merge()
    {
        RecordVersion version = new(new Dot(0, 1), new HybridTimestamp(1), "", new byte[] { 0x80 });
        RecordVersion next = new(new Dot(0, 2), new HybridTimestamp(2), "", new byte[] { 0x80 });
        var local = new StoredRecord(HistoryReplica.Key, [version]) { ConflictFree = new byte[] { 1, 2 } };
        var remote = new RemoteRecord(HistoryReplica.Key, [next.Dot], [next], new(VersionVector.Of(next.Dot)));

        Assert.True(MergeRule.TryMerge(
            local, new(VersionVector.Of(version.Dot)), remote, SiblingPolicy.KeepAll, Table, out StoredRecord? merged));
        Assert.Same(next, Assert.Single(merged!.Versions));
        Assert.Equal([1, 2], merged.ConflictFree.ToArray());
    }

    private static ReplicaTable Table { get; } = ReplicaTable.Empty.With(new ReplicaId(5), out _);
}
