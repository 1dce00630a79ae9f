namespace Ordo.Sync.Storage;

/// <summary>An index over one field of a collection's payloads.</summary>
/// <param name="Field">The field of the payload's map; a dot leads into a nested map ("address.city"). Names the column too.</param>
/// <param name="Type">The type of its values; a value of another type is indexed as absent.</param>
public sealed record IndexDefinition(string Field, IndexType Type);
