namespace Ordo.Sync.Testing.Resolvers;

/// <summary>A resolver breaks a law. The message holds the counter-example and how to play it again.</summary>
public sealed class ResolverLawException : Exception
{
    internal ResolverLawException(
        ResolverLaw law, string sentence, int seed, string counterExample, Exception? innerException = null)
        : base(
            $"{sentence}{Environment.NewLine}{counterExample}{Environment.NewLine}"
            + $"To play it again, add to the check: .WithSeed({seed}).WithRounds(1)",
            innerException)
    {
        Law = law;
        Seed = seed;
        CounterExample = counterExample;
    }

    /// <summary>The law that does not hold.</summary>
    public ResolverLaw Law { get; }

    /// <summary>The seed of the round that found it.</summary>
    public int Seed { get; }

    /// <summary>What it was given and what came of it, as JSON, the siblings as few as still break the law.</summary>
    public string CounterExample { get; }
}
