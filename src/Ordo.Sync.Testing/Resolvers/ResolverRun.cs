using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Resolvers;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>Asks a resolver as the engine does.</summary>
internal static class ResolverRun
{
    /// <exception cref="NoAnswerException">It threw, or returned nothing.</exception>
    public static ReadOnlyMemory<byte> Run(
        IConflictResolver resolver,
        string scope,
        string collection,
        IEnumerable<RecordVersion> siblings,
        IPayloadSerializer serializer)
    {
        ResolverResult result;
        try
        {
            result = resolver.Resolve(new ResolverContext(scope, collection, "key", siblings, serializer));
        }
        catch (Exception exception)
        {
            throw new NoAnswerException(
                $"The resolver throws {exception.GetType().Name}: {exception.Message}", exception);
        }

        // The default of the type is what no member of the context makes.
        return result == default
            ? throw new NoAnswerException("The resolver returns no result made by its context.")
            : result.Payload;
    }
}
