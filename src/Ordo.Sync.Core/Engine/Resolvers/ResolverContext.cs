using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Engine.Payloads;

namespace Ordo.Sync.Engine.Resolvers;

/// <summary>What a resolver is given: everything that is the same on all replicas, and nothing else.</summary>
public sealed class ResolverContext
{
    private readonly IPayloadSerializer _serializer;

    /// <summary>Makes a context, as the engine does; for tests of a resolver.</summary>
    /// <param name="scope">The record's scope.</param>
    /// <param name="collection">Its collection.</param>
    /// <param name="key">Its key.</param>
    /// <param name="siblings">The versions: timestamp, author, payload (empty for a delete), the greatest last.</param>
    /// <param name="serializer">How values become payloads.</param>
    public ResolverContext(
        string scope,
        string collection,
        string key,
        IEnumerable<Records.RecordVersion> siblings,
        IPayloadSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(siblings);
        ArgumentNullException.ThrowIfNull(serializer);
        Scope = scope;
        Collection = collection;
        Key = key;
        _serializer = serializer;
        Siblings = [.. siblings.Select(version =>
            new ResolverSibling(version.Timestamp, version.Author, version.Payload, serializer))];
    }

    /// <summary>The record's scope.</summary>
    public string Scope { get; }

    /// <summary>Its collection.</summary>
    public string Collection { get; }

    /// <summary>Its key.</summary>
    public string Key { get; }

    /// <summary>
    /// All concurrent versions, at least two, sorted by timestamp (ties by replica and counter), the newest last: the same on
    /// every replica.
    /// </summary>
    public ImmutableArray<ResolverSibling> Siblings { get; }

    /// <summary>The newest version that is no delete; the newest at all where all are.</summary>
    public ResolverSibling Newest => Siblings.LastOrDefault(sibling => !sibling.IsDeleted) ?? Siblings[^1];

    /// <summary>Shows one of the versions as it is.</summary>
    /// <exception cref="ArgumentException">The version is none of <see cref="Siblings"/>.</exception>
    public ResolverResult Keep(ResolverSibling sibling)
    {
        ArgumentNullException.ThrowIfNull(sibling);
        if (!Siblings.Contains(sibling))
        {
            throw new ArgumentException("The version is none of this record's siblings.", nameof(sibling));
        }

        return new ResolverResult(sibling.Payload);
    }

    /// <summary>Shows a value made of them.</summary>
    public ResolverResult Use<T>(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new ResolverResult(_serializer.Serialize(value));
    }

    /// <summary>Shows the record as deleted.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "A resolver answers through its context, in each of the three ways.")]
    public ResolverResult Delete() => new(ReadOnlyMemory<byte>.Empty);
}
