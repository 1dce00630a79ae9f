using System.Collections.Immutable;
using Ordo.Sync.Engine.Writes;

namespace Ordo.Sync.Engine.Configuration;

/// <summary>The collections that an app declares, by name, and what it may ask of them.</summary>
/// <param name="declarations">The declarations.</param>
/// <param name="payloadBytesMax">The bytes that a record may take.</param>
internal sealed class DeclarationBook(ImmutableArray<CollectionDeclaration> declarations, int payloadBytesMax)
{
    private readonly ImmutableDictionary<string, CollectionDeclaration> _byName =
        declarations.ToImmutableDictionary(item => item.Descriptor.Name, StringComparer.Ordinal);

    /// <summary>All declarations.</summary>
    public ImmutableArray<CollectionDeclaration> All => declarations;

    /// <summary>Whether a collection stands in the ephemeral store.</summary>
    public bool HasEphemeral { get; } = declarations.Any(item => item.Descriptor.IsEphemeral);

    /// <summary>Whether the app declares a collection.</summary>
    public bool Has(string collection) => _byName.ContainsKey(collection);

    /// <summary>Whether any of the writes asks for a sync at once.</summary>
    public bool AskForSync(IReadOnlyList<RecordWrite> writes) =>
        writes.Any(write => _byName[write.Key.Collection].SyncsImmediately);

    /// <summary>The declaration of a collection.</summary>
    /// <exception cref="ArgumentException">It is not declared.</exception>
    public CollectionDeclaration Of(string collection) => _byName.TryGetValue(collection, out CollectionDeclaration? found)
        ? found
        : throw new ArgumentException($"The collection '{collection}' is not declared.", nameof(collection));

    /// <summary>The declaration of a collection of an app's type.</summary>
    /// <exception cref="ArgumentException">It is not declared, or with another type.</exception>
    public CollectionDeclaration Of<T>(string collection)
    {
        if (!_byName.TryGetValue(collection, out CollectionDeclaration? declaration))
        {
            throw new ArgumentException(
                $"The collection '{collection}' is not declared. Declare it: sync.Collection<{typeof(T).Name}>(\"{collection}\").",
                nameof(collection));
        }

        return declaration.ValueType == typeof(T)
            ? declaration
            : throw new ArgumentException(
                $"The collection '{collection}' is declared with {declaration.ValueType}, not {typeof(T)}.", nameof(collection));
    }

    /// <summary>Refuses a record that is too large.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public void RequireSize(string collection, string key, int bytes)
    {
        if (bytes > payloadBytesMax)
        {
            throw new ArgumentException(
                $"The record '{collection}/{key}' takes {bytes} bytes; {payloadBytesMax} are the most. Keep large "
                + "content as a blob, or raise SyncOptions.PayloadBytesMax here and at the hub.");
        }
    }
}
