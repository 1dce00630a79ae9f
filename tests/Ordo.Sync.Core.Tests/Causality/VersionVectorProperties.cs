using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Testing.Generators;

namespace Ordo.Sync.Core.Tests.Causality;

[Properties(Arbitrary = [typeof(CausalityArbitraries)], MaxTest = 300)]
public sealed class VersionVectorProperties
{
    [Property]
    public void Merge_is_commutative_associative_and_idempotent(VersionVector a, VersionVector b, VersionVector c)
    {
        Assert.Equal(a.Merge(b), b.Merge(a));
        Assert.Equal(a.Merge(b).Merge(c), a.Merge(b.Merge(c)));
        Assert.Equal(a, a.Merge(a));
        Assert.Equal(a, a.Merge(VersionVector.Empty));
    }

    [Property]
    public void Minimum_is_commutative_associative_and_idempotent(VersionVector a, VersionVector b, VersionVector c)
    {
        Assert.Equal(a.Minimum(b), b.Minimum(a));
        Assert.Equal(a.Minimum(b).Minimum(c), a.Minimum(b.Minimum(c)));
        Assert.Equal(a, a.Minimum(a));
        Assert.Equal(VersionVector.Empty, a.Minimum(VersionVector.Empty));
    }

    [Property]
    public void Merge_and_minimum_absorb_and_distribute(VersionVector a, VersionVector b, VersionVector c)
    {
        Assert.Equal(a, a.Merge(a.Minimum(b)));
        Assert.Equal(a, a.Minimum(a.Merge(b)));
        Assert.Equal(a.Minimum(b.Merge(c)), a.Minimum(b).Merge(a.Minimum(c)));
    }

    [Property]
    public void Merge_is_the_least_upper_bound(VersionVector a, VersionVector b, VersionVector c)
    {
        VersionVector merged = a.Merge(b);
        Assert.True(a.IsDominatedBy(merged) && b.IsDominatedBy(merged));
        VersionVector above = merged.Merge(c);
        Assert.True(merged.IsDominatedBy(above));
        Assert.Equal(a.IsDominatedBy(c) && b.IsDominatedBy(c), merged.IsDominatedBy(c));
    }

    [Property]
    public void Minimum_is_the_greatest_lower_bound(VersionVector a, VersionVector b, VersionVector c)
    {
        VersionVector minimum = a.Minimum(b);
        Assert.True(minimum.IsDominatedBy(a) && minimum.IsDominatedBy(b));
        Assert.Equal(c.IsDominatedBy(a) && c.IsDominatedBy(b), c.IsDominatedBy(minimum));
    }

    [Property]
    public void Domination_is_a_partial_order(VersionVector a, VersionVector b, VersionVector c)
    {
        Assert.True(a.IsDominatedBy(a));
        Assert.Equal(a.Equals(b), a.IsDominatedBy(b) && b.IsDominatedBy(a));
        Assert.True(!a.IsDominatedBy(b) || !b.IsDominatedBy(c) || a.IsDominatedBy(c));

        // Unrelated vectors seldom make a chain: here is one.
        VersionVector middle = a.Merge(b);
        Assert.True(a.IsDominatedBy(middle.Merge(c)));
    }

    [Property]
    public void Compare_says_who_claims_more(VersionVector a, VersionVector b)
    {
        CausalRelation expected = (ClaimsOf(a).IsSubsetOf(ClaimsOf(b)), ClaimsOf(b).IsSubsetOf(ClaimsOf(a))) switch
        {
            (true, true) => CausalRelation.Equal,
            (true, false) => CausalRelation.Before,
            (false, true) => CausalRelation.After,
            _ => CausalRelation.Concurrent,
        };
        Assert.Equal(expected, a.Compare(b));
        Assert.Equal(a.Compare(b) is CausalRelation.Equal or CausalRelation.Before, a.IsDominatedBy(b));
    }

    [Property]
    public void Merge_claims_what_either_claims_and_minimum_what_both_claim(VersionVector a, VersionVector b, Dot dot)
    {
        Assert.Equal(a.Contains(dot) || b.Contains(dot), a.Merge(b).Contains(dot));
        Assert.Equal(a.Contains(dot) && b.Contains(dot), a.Minimum(b).Contains(dot));
    }

    [Property]
    public void A_vector_with_a_dot_is_the_merge_with_it(VersionVector a, Dot dot)
    {
        Assert.Equal(a.Merge(VersionVector.Of(dot)), a.With(dot));
        Assert.Equal(a.Contains(dot), ReferenceEquals(a, a.With(dot)));
        Assert.True(a.With(dot).Contains(dot));
    }

    [Property]
    public void A_vector_without_a_replica_claims_nothing_of_it_and_the_same_of_others(
        VersionVector a, Dot dot, Dot other)
    {
        VersionVector without = a.Without(dot.ReplicaIndex);
        Assert.Equal(0, without[dot.ReplicaIndex]);
        Assert.Equal(other.ReplicaIndex != dot.ReplicaIndex && a.Contains(other), without.Contains(other));
        Assert.Equal(a[dot.ReplicaIndex] == 0, ReferenceEquals(a, without));
    }

    [Property]
    public void A_vector_does_not_depend_on_the_order_of_its_dots(Dot[] dots)
    {
        VersionVector vector = VersionVector.Of(dots);
        Assert.Equal(vector, VersionVector.Of([.. dots.Reverse()]));
        Assert.Equal(vector, dots.Aggregate(VersionVector.Empty, (whole, dot) => whole.With(dot)));
        Assert.Equal(vector.GetHashCode(), VersionVector.Of([.. dots.Reverse()]).GetHashCode());
        Assert.All(dots, dot => Assert.True(vector.Contains(dot)));
    }

    [Property]
    public void Entries_are_sorted_one_a_replica_and_make_the_vector_again(VersionVector a)
    {
        int[] indexes = [.. a.Entries.ToArray().Select(entry => entry.ReplicaIndex)];
        Assert.Equal(indexes.Distinct().Order(), indexes);
        Assert.Equal(indexes.Length, a.Count);
        Assert.Equal(indexes.Length == 0, a.IsEmpty);
        Assert.Equal(a, VersionVector.Of(a.Entries));
        Assert.All(a.Entries.ToArray(), entry => Assert.Equal(entry.Counter, a[entry.ReplicaIndex]));
    }

    // What is claimed of the values that dots mostly have, and of the corners.
    private static HashSet<Dot> ClaimsOf(VersionVector vector) =>
        [.. from index in Enumerable.Range(0, CausalityArbitraries.ReplicaIndexMax + 1)
                .Concat([1000, Dot.ReplicaIndexMax - 1, Dot.ReplicaIndexMax])
            from counter in Enumerable.Range(1, CausalityArbitraries.CounterMax).Select(one => (long)one)
                .Concat([int.MaxValue, 1L << 40, Dot.CounterMax - 1, Dot.CounterMax])
            let dot = new Dot(index, counter)
            where vector.Contains(dot)
            select dot];
}
