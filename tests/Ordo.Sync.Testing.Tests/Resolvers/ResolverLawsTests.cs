using System.Globalization;
using Ordo.Sync.Engine.Resolvers;
using Ordo.Sync.Testing.Resolvers;

namespace Ordo.Sync.Testing.Tests.Resolvers;

public sealed class ResolverLawsTests
{
    [Fact]
    public void A_pure_resolver_keeps_all_laws() => Check<MostInStock>();

    [Fact]
    public Task A_pure_resolver_keeps_all_laws_on_another_thread() =>
        ResolverLaws.For<MostInStock>().WithValues(new Stock { Count = 1 }, new Stock { Count = 2 }).CheckAsync(
            TestContext.Current.CancellationToken);

    [Fact]
    public void A_resolver_that_throws_at_a_delete_is_found()
    {
        ResolverLawException broken = Broken<Careless>(ResolverLaw.AlwaysAnswers);
        Assert.IsType<NullReferenceException>(broken.InnerException);
        Assert.Contains("(deleted)", broken.CounterExample, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resolver_that_returns_nothing_is_found() => Broken<Silent>(ResolverLaw.AlwaysAnswers);

    [Fact]
    public void A_resolver_whose_result_is_no_record_is_found() => Broken<TooLarge>(ResolverLaw.ValidPayload);

    [Fact]
    public void A_resolver_that_draws_lots_is_found() => Broken<Gambling>(ResolverLaw.SameAgain);

    [Fact]
    public void A_resolver_that_asks_for_the_time_is_found() => Broken<Stamping>(ResolverLaw.SameAgain);

    [Fact]
    public void A_resolver_that_counts_in_a_static_field_is_found() => Broken<Counting>(ResolverLaw.SameAgain);

    [Fact]
    public void A_resolver_that_remembers_other_records_is_found() => Broken<Remembering>(ResolverLaw.NoMemory);

    [Fact]
    public void A_resolver_that_reads_numbers_by_culture_is_found() => Broken<Formatting>(ResolverLaw.NoCulture);

    [Fact]
    public void A_resolver_that_uses_one_list_for_all_threads_is_found() => Broken<Shared>(ResolverLaw.ThreadSafe);

    [Fact]
    public void A_resolver_that_changes_its_siblings_is_found() => Broken<Meddling>(ResolverLaw.NoSideEffect);

    [Fact]
    public void A_resolver_that_depends_on_the_replica_is_found()
    {
        int replicas = 0;
        var broken = Assert.Throws<ResolverLawException>(() => ResolverLaws
            .For(() => new Partisan(Interlocked.Increment(ref replicas) > 1 + 8))
            .WithValues(Draw)
            .Check());
        Assert.True(broken.Law is ResolverLaw.Converges or ResolverLaw.SameAgain or ResolverLaw.NoMemory);
    }

    [Fact]
    public void A_resolver_that_sticks_to_what_it_showed_first_is_found()
    {
        // Each replica's own memory of the record: no single set of siblings shows it.
        var broken = Assert.Throws<ResolverLawException>(
            () => ResolverLaws.For(() => new Sticky()).WithValues(Draw).Check());
        Assert.Equal(ResolverLaw.Converges, broken.Law);
    }

    [Fact]
    public void A_counter_example_is_small_and_can_be_played_again()
    {
        ResolverLawException first = Broken<Careless>(ResolverLaw.AlwaysAnswers);
        var again = Assert.Throws<ResolverLawException>(() => ResolverLaws
            .For<Careless>().WithValues(Draw).WithSeed(first.Seed).WithRounds(1).Check());
        Assert.Equal(first.Message, again.Message);
        Assert.Equal(2, first.CounterExample.Split("\"time\"").Length - 1);
        Assert.Contains($".WithSeed({first.Seed})", first.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_values_there_is_nothing_to_check() =>
        Assert.Throws<InvalidOperationException>(() => ResolverLaws.For<MostInStock>().Check());

    private static Stock Draw(Random random) => new()
    {
        Count = random.Next(4),
        Weight = random.Next(3) / 2.0,
        Remark = random.Next(2) == 0 ? "full" : string.Empty,
    };

    private static void Check<TResolver>()
        where TResolver : class, IConflictResolver, new() => ResolverLaws.For<TResolver>().WithValues(Draw).Check();

    private static ResolverLawException Broken<TResolver>(ResolverLaw law)
        where TResolver : class, IConflictResolver, new()
    {
        var broken = Assert.Throws<ResolverLawException>(Check<TResolver>);
        Assert.Equal(law, broken.Law);
        Assert.Contains("\"siblings\"", broken.Message, StringComparison.Ordinal);
        return broken;
    }

    private sealed class Careless : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) =>
            context.Keep(context.Siblings.MaxBy(sibling => sibling.ReadAs<Stock>()!.Count)!);
    }

    private sealed class Silent : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) => default;
    }

    private sealed class TooLarge : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) =>
            context.Use(new Stock { Remark = new string('x', 2 * 1024 * 1024) });
    }

    private sealed class Gambling : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) =>
            context.Use(new Stock { Count = Random.Shared.Next() });
    }

    private sealed class Stamping : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) =>
            context.Use(new Stock { Remark = DateTimeOffset.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture) });
    }

    private sealed class Counting : IConflictResolver
    {
        private static int _count;

        public ResolverResult Resolve(ResolverContext context) =>
            context.Use(new Stock { Count = Interlocked.Increment(ref _count) });
    }

    private sealed class Remembering : IConflictResolver
    {
        private readonly HashSet<string> _seen = [];

        public ResolverResult Resolve(ResolverContext context)
        {
            // The number of contents met so far: stays the same when the same is asked twice.
            _seen.UnionWith(context.Siblings.Select(sibling => Convert.ToHexString(sibling.Payload.Span)));
            return context.Use(new Stock { Count = _seen.Count });
        }
    }

    private sealed class Formatting : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) => context.Use(new Stock
        {
            Remark = context.Siblings.Sum(sibling => sibling.ReadAs<Stock>()?.Weight ?? 0).ToString("F1", CultureInfo.CurrentCulture),
        });
    }

    private sealed class Shared : IConflictResolver
    {
        private int _inside;

        public ResolverResult Resolve(ResolverContext context)
        {
            // Waits until others are inside too, or until it is clear that there are none.
            int inside = Interlocked.Increment(ref _inside);
            bool isAlone = !SpinWait.SpinUntil(() => Volatile.Read(ref _inside) > 1, TimeSpan.FromMilliseconds(5)) && inside == 1;
            Interlocked.Decrement(ref _inside);
            return context.Use(new Stock { Count = isAlone ? 1 : 2 });
        }
    }

    private sealed class Meddling : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context)
        {
            ResolverResult result = context.Keep(context.Newest);
            foreach (ResolverSibling sibling in context.Siblings.Where(sibling => !sibling.IsDeleted))
            {
                System.Runtime.InteropServices.MemoryMarshal.AsMemory(sibling.Payload).Span[^1] ^= 1;
            }

            return result;
        }
    }

    private sealed class Partisan(bool isOther) : IConflictResolver
    {
        public ResolverResult Resolve(ResolverContext context) =>
            context.Keep(isOther ? context.Siblings[0] : context.Siblings[^1]);
    }

    private sealed class Sticky : IConflictResolver
    {
        private ReadOnlyMemory<byte>? _first;

        public ResolverResult Resolve(ResolverContext context)
        {
            _first ??= context.Newest.Payload;
            return context.Siblings.FirstOrDefault(sibling => sibling.Payload.Span.SequenceEqual(_first.Value.Span)) is { } known
                ? context.Keep(known)
                : context.Keep(context.Newest);
        }
    }
}
