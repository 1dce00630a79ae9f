using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Resolvers;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>
/// Finds out whether an <see cref="IConflictResolver"/> is fit for replication: the same result for the same siblings on every
/// replica, at any time, whatever it did before; a payload that can be stored; no exception. Needs no test framework.
/// </summary>
/// <example>
/// <code>
/// [Fact]
/// public void My_resolver_keeps_the_laws() => ResolverLaws.For&lt;MyResolver&gt;()
///     .WithValues(random => new Stock { Count = random.Next(10) })
///     .Check();
/// </code>
/// </example>
/// <remarks>
/// What is looked for by trying cannot be found for certain. A resolver that asks for the time only to tell last year from this one
/// passes.
/// </remarks>
public static class ResolverLaws
{
    /// <summary>Begins a check of a resolver that needs nothing to be made; every simulated replica gets one of its own.</summary>
    /// <param name="serializer">How the app's values become payloads; by default as the engine does it.</param>
    public static ResolverCheck For<TResolver>(IPayloadSerializer? serializer = null)
        where TResolver : class, IConflictResolver, new() => For(static () => new TResolver(), serializer);

    /// <summary>Begins a check of one resolver that all simulated replicas share. Prefer a function that makes new ones.</summary>
    /// <param name="resolver">The resolver.</param>
    /// <param name="serializer">How the app's values become payloads; by default as the engine does it.</param>
    public static ResolverCheck For(IConflictResolver resolver, IPayloadSerializer? serializer = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return For(() => resolver, serializer);
    }

    /// <summary>Begins a check of resolvers that a function makes, one for every simulated replica.</summary>
    /// <param name="create">Makes a resolver as the app's services would.</param>
    /// <param name="serializer">How the app's values become payloads; by default as the engine does it.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A test kit: its users test where code is neither trimmed nor compiled ahead.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "As above.")]
    public static ResolverCheck For(Func<IConflictResolver> create, IPayloadSerializer? serializer = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new ResolverCheck(create, serializer ?? new MessagePackPayloadSerializer());
    }
}
