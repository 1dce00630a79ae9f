namespace Ordo.Sync.Engine.Resolvers;

/// <summary>What a resolver decided. Made by the members of <see cref="ResolverContext"/>.</summary>
public readonly record struct ResolverResult
{
    internal ResolverResult(ReadOnlyMemory<byte> payload)
    {
        Payload = payload;
        IsMade = true;
    }

    /// <summary>The payload that readers see; empty where the record counts as deleted.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    internal bool IsMade { get; }
}
