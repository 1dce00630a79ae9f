using FsCheck.Xunit;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Testing.Generators;

namespace Ordo.Sync.Core.Tests.Records;

[Properties(Arbitrary = [typeof(CausalityArbitraries), typeof(RecordArbitraries)], MaxTest = 500)]
public sealed class ScopeStateProperties
{
    [Property]
    public void To_learn_claims_what_was_claimed_and_what_was_learned(
        (KeyRange Range, VersionVector Vector)[] exceptions, VersionVector learned, RecordKey key, Dot dot)
    {
        ScopeState before = Of(exceptions);
        ScopeState after = before.Learn(learned);
        Assert.Equal(
            before.ContextOf(key).Contains(dot) || learned.Contains(dot), after.ContextOf(key).Contains(dot));
    }

    [Property]
    public void To_except_claims_what_was_claimed_and_more_within_the_range(
        (KeyRange Range, VersionVector Vector)[] exceptions, KeyRange range, VersionVector vector, RecordKey key,
        Dot dot)
    {
        ScopeState before = Of(exceptions);
        ScopeState after = before.Except(new KnowledgeException(range, vector));
        Assert.Equal(
            before.ContextOf(key).Contains(dot) || (range.Contains(key) && vector.Contains(dot)),
            after.ContextOf(key).Contains(dot));
    }

    // As a fill does: one knowledge, ranges that follow each other or do not.
    [Property]
    public void Exceptions_of_one_knowledge_claim_the_union_of_their_ranges(
        KeyRange[] ranges, VersionVector vector, RecordKey key)
    {
        ScopeState state = ranges.Aggregate(
            ScopeState.Empty, (whole, range) => whole.Except(new KnowledgeException(range, vector)));
        bool isClaimed = !vector.IsEmpty && ranges.Any(range => range.Contains(key));
        Assert.Equal(isClaimed ? vector : VersionVector.Empty, state.ContextOf(key).Exception ?? VersionVector.Empty);
    }

    [Property]
    public void Ranges_that_follow_each_other_leave_one_exception(RecordKey[] ends, VersionVector vector)
    {
        VersionVector knowledge = vector.With(new Dot(0, 1));
        ScopeState state = ScopeState.Empty;
        RecordKey? after = null;
        foreach (RecordKey end in ends.Order().Distinct())
        {
            state = state.Except(new KnowledgeException(new KeyRange(after, end), knowledge));
            Assert.Equal([new KnowledgeException(new KeyRange(null, end), knowledge)], state.Exceptions);
            after = end;
        }
    }

    [Property]
    public void What_is_learned_in_full_leaves_no_exception(
        (KeyRange Range, VersionVector Vector)[] exceptions, VersionVector learned)
    {
        ScopeState state = Of(exceptions);
        VersionVector all = exceptions.Aggregate(learned, (whole, one) => whole.Merge(one.Vector));
        Assert.Empty(state.Learn(all).Exceptions);
        Assert.DoesNotContain(state.Learn(learned).Exceptions, one => one.Knowledge.IsDominatedBy(learned));
    }

    [Property]
    public void To_learn_or_except_changes_nothing_else(VersionVector learned, KeyRange range)
    {
        ScopeState state = new() { Digest = 7, LiveCount = 8, Forgotten = VersionVector.Of(new Dot(0, 1)) };
        foreach (ScopeState after in new[] { state.Learn(learned),
            state.Except(new KnowledgeException(range, learned)) })
        {
            Assert.Equal(
                (state.Digest, state.LiveCount, state.Forgotten), (after.Digest, after.LiveCount, after.Forgotten));
        }
    }

    [Fact]
    public void An_exception_of_a_range_that_ends_before_it_begins_does_not_shorten_the_one_before()
    {
        var knowledge = VersionVector.Of(new Dot(1, 1));
        ScopeState state = ScopeState.Empty
            .Except(new KnowledgeException(new KeyRange(new("a", "a"), new("a", "m")), knowledge))
            .Except(new KnowledgeException(new KeyRange(new("a", "m"), new("a", "c")), knowledge));

        Assert.True(state.ContextOf(new("a", "k")).Contains(new Dot(1, 1)));
    }

    private static ScopeState Of((KeyRange Range, VersionVector Vector)[] exceptions) => exceptions.Aggregate(
        new ScopeState { Knowledge = VersionVector.Of(new Dot(1, 2)) },
        (state, one) => state.Except(new KnowledgeException(one.Range, one.Vector)));
}
