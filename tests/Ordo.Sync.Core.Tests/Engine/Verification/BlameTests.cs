using Ordo.Sync.Replication.Reconciliation;

namespace Ordo.Sync.Core.Tests.Engine.Verification;

/// <summary>Who is blamed follows from what the kept digests miss, and from nothing else.</summary>
public sealed class BlameTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(16, 3)]
    public void Faults_of_both_sides_are_told_apart_by_what_each_digest_misses(int count, int seed)
    {
        var random = new Random(seed);
        var truth = new int[count];
        var shares = new (UInt128 Here, UInt128 There)[count];
        UInt128 errorHere = 0;
        UInt128 errorThere = 0;
        for (int i = 0; i < count; i++)
        {
            UInt128 right = Next(random);
            UInt128 wrong = random.Next(3) == 0 ? UInt128.Zero : Next(random);
            truth[i] = i == 0 || random.Next(2) == 0 ? -1 : 1;
            shares[i] = truth[i] < 0 ? (wrong, right) : (right, wrong);
            errorHere = unchecked(errorHere + (truth[i] < 0 ? right - wrong : 0));
            errorThere = unchecked(errorThere + (truth[i] > 0 ? right - wrong : 0));
        }

        Assert.Equal(truth, Blame.Assign(shares, errorHere, errorThere, isComplete: true));
    }

    [Fact]
    public void Where_both_digests_belong_to_their_records_nobody_is_blamed() =>
        Assert.Equal([0, 0], Blame.Assign([(1, 2), (3, 4)], 0, 0, isComplete: true));

    [Fact]
    public void Errors_that_the_differences_do_not_explain_blame_nobody() =>
        Assert.Equal([0, 0], Blame.Assign([(1, 2), (3, 4)], 1000, 2000, isComplete: true));

    [Fact]
    public void A_sound_side_is_never_blamed_even_where_not_all_differences_are_known()
    {
        Assert.Equal([-1], Blame.Assign([(1, 2)], 1000, 0, isComplete: false));
        Assert.Equal([1], Blame.Assign([(1, 2)], 0, 1000, isComplete: false));
        Assert.Equal([0], Blame.Assign([(1, 2)], 0, null, isComplete: false));
    }

    private static UInt128 Next(Random random) =>
        new((ulong)random.NextInt64(), (ulong)random.NextInt64());
}
