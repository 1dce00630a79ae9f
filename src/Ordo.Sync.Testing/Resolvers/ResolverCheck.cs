using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>A check of a resolver: what to try it with, and how often. Immutable; made by <see cref="ResolverLaws"/>.</summary>
public sealed record ResolverCheck
{
    private readonly Func<IConflictResolver> _create;
    private readonly IPayloadSerializer _serializer;
    private readonly Func<Random, ReadOnlyMemory<byte>>? _draw;

    internal ResolverCheck(Func<IConflictResolver> create, IPayloadSerializer serializer)
    {
        _create = create;
        _serializer = serializer;
    }

    /// <summary>Which random cases are drawn. The default value is 1: the same in every run.</summary>
    public int Seed { get; private init; } = 1;

    /// <summary>How many rounds are played, each with siblings and a simulation of its own. The default value is 200.</summary>
    public int Rounds { get; private init; } = 200;

    private string Scope { get; init; } = "scope";

    private string Collection { get; init; } = "records";

    /// <summary>Draws the siblings' values from these.</summary>
    public ResolverCheck WithValues<T>(params T[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Length);
        return WithValues(random => values[random.Next(values.Length)]);
    }

    /// <summary>Draws the siblings' values from a function. Let it draw few different values: ties find most mistakes.</summary>
    /// <param name="draw">Makes a value; must use nothing random but what it is given.</param>
    public ResolverCheck WithValues<T>(Func<Random, T> draw)
    {
        ArgumentNullException.ThrowIfNull(draw);
        return new ResolverCheck(this, random => _serializer.Serialize(draw(random)));
    }

    /// <summary>Sets <see cref="Seed"/>.</summary>
    public ResolverCheck WithSeed(int seed) => this with { Seed = seed };

    /// <summary>Sets <see cref="Rounds"/>: at least 1.</summary>
    public ResolverCheck WithRounds(int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rounds);
        return this with { Rounds = rounds };
    }

    /// <summary>Sets what the resolver is told of where the record is, where that matters to it.</summary>
    public ResolverCheck In(string scope, string collection)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        ArgumentException.ThrowIfNullOrEmpty(collection);
        return this with { Scope = scope, Collection = collection };
    }

    /// <summary>Plays all rounds.</summary>
    /// <exception cref="ResolverLawException">A law does not hold.</exception>
    /// <exception cref="InvalidOperationException">It was not said which values to try.</exception>
    public void Check() => Check(CancellationToken.None);

    /// <summary>Plays all rounds on another thread.</summary>
    /// <exception cref="ResolverLawException">A law does not hold.</exception>
    /// <exception cref="InvalidOperationException">It was not said which values to try.</exception>
    public Task CheckAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Check(cancellationToken), cancellationToken);

    private ResolverCheck(ResolverCheck other, Func<Random, ReadOnlyMemory<byte>> draw)
        : this(other) => _draw = draw;

    private void Check(CancellationToken cancellationToken)
    {
        if (_draw is null)
        {
            throw new InvalidOperationException("Say which values to try the resolver with: WithValues(…).");
        }

        var laws = new SiblingLaws(_create, _serializer, Scope, Collection);
        for (int round = 0; round < Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int seed = unchecked(Seed + round);
            var generator = new SiblingGenerator(new Random(seed), _draw);
            laws.Check(generator.Draw(), seed);
            new TopologySimulation(_create, _serializer, Scope, Collection, generator, seed).Run();
        }

        laws.CheckAgain();
    }
}
